//! Tracking codes: what a slip of the finger, the ear or the eye does to one.

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiekou_core::report::tracking_code::{TrackingCode, TrackingCodeError};
    use proptest::prelude::*;

    const ALPHABET: &str = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

    fn letters(code: TrackingCode) -> Vec<char> {
        code.to_string().chars().collect()
    }

    fn parse(letters: &[char]) -> Result<TrackingCode, TrackingCodeError> {
        TrackingCode::parse(&letters.iter().collect::<String>())
    }

    #[test]
    fn the_zero_code_and_the_first_bit_are_known() {
        assert_eq!(TrackingCode::from_random([0; 7]).to_string(), "222222222222");
        // The lowest bit is the first letter, of weight α¹¹ = α² + α + 1.
        assert_eq!(TrackingCode::from_random([0, 0, 0, 0, 0, 0, 1]).to_string(), "322222222229");
    }

    #[test]
    fn a_code_is_read_however_it_was_typed() {
        let code = TrackingCode::from_random([1, 35, 69, 103, 137, 171, 205]);
        let plain = code.to_string();
        let full_width: String =
            plain.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
        for typed in [
            plain.clone(),
            plain.to_lowercase(),
            code.grouped(),
            format!("  {}\u{3000}\n", code.grouped().replace('-', " — ")),
            full_width.clone(),
            full_width.to_lowercase(),
            format!("\u{feff}{}", code.grouped().replace('-', "－")),
        ] {
            assert_eq!(TrackingCode::parse(&typed), Ok(code), "{typed}");
        }
        assert_eq!(code.grouped().len(), 14);
    }

    #[test]
    fn a_refusal_says_where_to_look() {
        use TrackingCodeError::{Check, Length, Letter};
        for (typed, expected) in [
            ("", Length),
            ("2222-2222-222", Length),
            ("2222-2222-2222-2", Length),
            ("2222-0222-2222", Letter { position: 5 }),
            ("2222-2222-222O", Letter { position: 12 }),
            ("街222-2222-2222", Letter { position: 1 }),
            ("2222-2222-2223", Check),
        ] {
            assert_eq!(TrackingCode::parse(typed), Err(expected), "{typed:?}");
        }
    }

    #[test]
    fn json_has_the_plain_letters_and_refuses_slips() {
        let code = TrackingCode::from_random([7; 7]);
        let text = serde_json::to_string(&code).unwrap();
        assert_eq!(text, format!("\"{code}\""));
        assert_eq!(serde_json::from_str::<TrackingCode>(&text).unwrap(), code);
        assert!(serde_json::from_str::<TrackingCode>("\"222222222223\"").is_err());
    }

    proptest! {
        #[test]
        fn every_code_reads_back_and_sorts_as_its_text(left: [u8; 7], right: [u8; 7]) {
            let (left, right) = (TrackingCode::from_random(left), TrackingCode::from_random(right));
            prop_assert_eq!(left.to_string().parse(), Ok(left));
            prop_assert_eq!(TrackingCode::parse(&left.grouped()), Ok(left));
            prop_assert_eq!(left.cmp(&right), left.to_string().cmp(&right.to_string()));
        }

        #[test]
        fn the_55_bits_are_all_kept(bits in 0_u64..1 << 55, bit in 0_u32..55) {
            let code = |bits: u64| {
                let bytes = bits.to_be_bytes();
                TrackingCode::from_random(std::array::from_fn(|index| bytes[index + 1]))
            };
            prop_assert_ne!(code(bits), code(bits ^ 1 << bit));
            prop_assert_eq!(code(bits), code(bits | 1 << 55));
        }

        #[test]
        fn every_single_wrong_letter_is_noticed(random: [u8; 7]) {
            let right = letters(TrackingCode::from_random(random));
            for place in 0..12 {
                for letter in ALPHABET.chars().filter(|&letter| letter != right[place]) {
                    let mut wrong = right.clone();
                    wrong[place] = letter;
                    prop_assert_eq!(parse(&wrong), Err(TrackingCodeError::Check));
                }
            }
        }

        #[test]
        fn every_two_letters_that_changed_places_are_noticed(random: [u8; 7]) {
            let right = letters(TrackingCode::from_random(random));
            let pairs: BTreeSet<_> = (0..12).flat_map(|a| (0..a).map(move |b| (a, b))).collect();
            for (a, b) in pairs.into_iter().filter(|&(a, b)| right[a] != right[b]) {
                let mut wrong = right.clone();
                wrong.swap(a, b);
                prop_assert_eq!(parse(&wrong), Err(TrackingCodeError::Check));
            }
        }

        #[test]
        fn no_text_breaks_the_parser(text: String) {
            if let Ok(code) = TrackingCode::parse(&text) {
                prop_assert_eq!(code.to_string().len(), 12);
            }
        }
    }
}
