//! Words by which a picture can be looked up among millions, before its print is compared.

/// Bits of a mark.
pub const MARK_BITS: u32 = 21;

/// One spot of a picture and what lies around it, as a number that another copy of the picture mostly has too. Two
/// pictures that share a mark may be the same; the prints tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PhotoMark {
    /// The number: [`MARK_BITS`] bits.
    pub key: i32,
    /// The bits of `key` that might as well be the other way round.
    pub doubts: i32,
}

impl PhotoMark {
    /// The number and what it could have been: one for each combination of the doubtful bits.
    pub fn readings(self) -> impl Iterator<Item = i32> {
        let next = move |flipped: &i32| Some((flipped - 1) & self.doubts).filter(|next| *next != self.doubts);
        std::iter::successors(Some(self.doubts), next).map(move |flipped| self.key ^ flipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_combination_of_the_doubtful_bits_is_read() {
        let readings = |key, doubts| PhotoMark { key, doubts }.readings().collect::<BTreeSet<_>>();
        assert_eq!(readings(0b1010, 0), BTreeSet::from([0b1010]));
        assert_eq!(readings(0b1010, 0b0110), BTreeSet::from([0b1010, 0b1000, 0b1110, 0b1100]));
        assert_eq!(readings(5, 0b1_0000_0000_0000_0001_0001).len(), 8);
    }
}
