//! Values that a caller has numbered.

/// Few values at a time, most of them asked for soon after they came: a search from the newest back. The standard
/// library's map would be another 2 kB of wasm for each type of value.
#[derive(Debug)]
pub struct ByNumber<T>(Vec<(u32, T)>);

impl<T> Default for ByNumber<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> ByNumber<T> {
    fn position(&self, number: u32) -> Option<usize> {
        self.0.iter().rposition(|(known, _)| *known == number)
    }

    /// The value of `number`.
    #[must_use]
    pub fn get(&self, number: u32) -> Option<&T> {
        self.position(number).map(|index| &self.0[index].1)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        self.position(number).map(|index| &mut self.0[index].1)
    }

    /// Gives `number` a value, in the place of an earlier one.
    pub fn insert(&mut self, number: u32, value: T) {
        self.remove(number);
        self.0.push((number, value));
    }

    /// Takes the value of `number` away.
    pub fn remove(&mut self, number: u32) -> Option<T> {
        self.position(number).map(|index| self.0.swap_remove(index).1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_its_last_value() {
        let mut values = ByNumber::default();
        for (number, value) in [(7, 'a'), (u32::MAX, 'b'), (0, 'c'), (7, 'd')] {
            values.insert(number, value);
        }
        *values.get_mut(0).expect("it is there") = 'e';
        assert_eq!(values.remove(u32::MAX), Some('b'));
        assert_eq!([0, 7, u32::MAX, 1].map(|number| values.get(number).copied()), [Some('e'), Some('d'), None, None]);
        assert_eq!([7, 7].map(|number| values.remove(number)), [Some('d'), None]);
    }
}
