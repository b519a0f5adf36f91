//! What is planted, and looking for it in whatever was said.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// Numbers and an address that nobody else has, for one door.
#[derive(Debug, Clone)]
pub struct Canary {
    pub door: &'static str,
    pub phone: String,
    pub landline: String,
    pub identity_number: String,
    pub email: String,
}

impl Canary {
    pub fn new(door: &'static str, position: usize) -> Self {
        let body = format!("41010319800101{position:03}");
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        let sum: usize =
            body.bytes().zip(weights).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
        Self {
            door,
            phone: format!("1391777{position:04}"),
            landline: format!("03716617{position:04}"),
            identity_number: format!("{body}{}", &"10X98765432"[sum % 11..=sum % 11]),
            email: format!("canary{position}@jiekou.example"),
        }
    }

    /// Words that somebody might write, with everything in them, in several ways of writing it.
    pub fn words(&self) -> String {
        let phone = &self.phone;
        let wide: String =
            phone.bytes().map(|b| char::from_u32(u32::from(b - b'0') + u32::from('０')).unwrap()).collect();
        format!(
            "请联系我{phone}或{} {} {}，也可打{wide}、{}-{}，身份证{}，邮箱{}谢谢",
            &phone[..3],
            &phone[3..7],
            &phone[7..],
            &self.landline[..4],
            &self.landline[4..],
            self.identity_number,
            self.email,
        )
    }

    pub fn secrets(&self) -> [String; 4] {
        [&self.phone, &self.landline, &self.identity_number, &self.email].map(|it| it.to_lowercase())
    }
}

/// `text` in the ways in which a number could hide in it: as it stands, without blanks and dashes and with every digit as
/// an ASCII one, and with what a URL escapes written out.
fn readings(text: &str) -> [String; 3] {
    let lower = text.to_lowercase();
    let digit = |c: char| match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')),
        _ => "〇一二三四五六七八九"
            .chars()
            .position(|it| it == c)
            .and_then(|value| char::from_digit(u32::try_from(value).unwrap(), 10)),
    };
    let squeezed = lower.chars().filter(|c| !" \t-－—_·.()（）\u{200b}\u{3000}".contains(*c));
    let squeezed: String = squeezed.map(|c| digit(c).unwrap_or(c)).collect();
    let mut bytes = lower.bytes();
    let mut written = Vec::new();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let hex = |byte: Option<u8>| byte.and_then(|b| char::from(b).to_digit(16));
        match (byte, hex(ahead.next()), hex(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                written.push(u8::try_from(high * 16 + low).unwrap());
                bytes = ahead;
            }
            _ => written.push(byte),
        }
    }
    [lower, squeezed, String::from_utf8_lossy(&written).into_owned()]
}

/// A secret as it may stand in a text: plain, as hexadecimal, and as base64 at each of the three offsets.
fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned()];
    // Without dots, as the squeezed reading has them.
    forms.push(secret.replace(['.', '-'], ""));
    forms.push(secret.bytes().map(|byte| format!("{byte:02x}")).collect());
    for offset in 0..3 {
        let padded = [vec![b'#'; offset], secret.as_bytes().to_vec()].concat();
        for engine in [&STANDARD, &URL_SAFE] {
            let encoded = engine.encode(&padded);
            // The characters that hold bits of what stands before and behind are left out.
            let from = if offset == 0 { 0 } else { offset + 1 };
            let until = padded.len() * 8 / 6;
            if until > from + 8 {
                forms.push(encoded[from..until].to_lowercase());
            }
        }
    }
    forms
}

/// The canaries whose secrets are in `text`, each with a piece of what stands around.
pub fn found(canaries: &[Canary], text: &str) -> Vec<String> {
    let readings = readings(text);
    let mut found = Vec::new();
    for canary in canaries {
        for secret in canary.secrets() {
            let hit = forms(&secret).iter().find_map(|form| {
                readings.iter().find_map(|reading| reading.find(form.as_str()).map(|at| (reading, at)))
            });
            if let Some((reading, at)) = hit {
                let before: Vec<char> = reading[..at].chars().rev().take(120).collect();
                let around: String = before.into_iter().rev().chain(reading[at..].chars().take(40)).collect();
                found.push(format!("{secret} of the door {}: …{around}…", canary.door));
            }
        }
    }
    found
}

#[test]
fn the_search_finds_what_is_there_in_every_form_and_nothing_else() {
    let canaries = [Canary::new("one", 1), Canary::new("two", 22)];
    let [one, _] = &canaries;
    let base64 = |text: String| STANDARD.encode(text);
    for text in [
        one.words(),
        one.phone.clone(),
        format!("{} {} {}", &one.phone[..3], &one.phone[3..7], &one.phone[7..]),
        "一三九一七七七〇〇〇一".to_owned(),
        "１３９１７７７０００１".to_owned(),
        one.phone.bytes().map(|byte| format!("{byte:02X}")).collect(),
        one.phone.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        base64(one.phone.clone()),
        base64(format!("x{}", one.phone)),
        base64(format!("xy{}y", one.phone)),
        one.email.replace('@', "%40"),
        one.identity_number.to_lowercase(),
    ] {
        let found = found(&canaries, &format!("{{\"note\":\"{text}\"}}"));
        assert!(!found.is_empty(), "{text}");
        assert!(found.iter().all(|it| it.contains("door one")), "{found:?}");
    }
    assert_eq!(
        found(&canaries, "410103-20261127-00001 139****0001 c***@jiekou.example"),
        Vec::<String>::new()
    );
}
