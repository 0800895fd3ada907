//! Codes for what is frequent and what is rare (RFC 1951, 3.2.2).

/// No code that is made here is longer: decoders that look so many bits up at once then never look twice.
pub(super) const MOST_BITS: usize = 12;

/// A code, its first bit lowest, and how many bits it has: none for what does not occur.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Code {
    pub(super) bits: u16,
    pub(super) length: u8,
}

/// The lengths of the best codes of at most `most` bits for what occurs so often. There are at least two codes, since not every
/// decoder takes fewer.
pub(super) fn lengths<const COUNT: usize>(counts: &[u32; COUNT], most: usize) -> [u8; COUNT] {
    let mut symbols = [(0_u32, 0_u16); COUNT];
    let mut used = 0;
    for (symbol, count) in counts.iter().enumerate() {
        if *count > 0 {
            symbols[used] = (*count, symbol as u16);
            used += 1;
        }
    }
    for symbol in 0..2 {
        if used < 2 && counts[symbol] == 0 {
            symbols[used] = (1, symbol as u16);
            used += 1;
        }
    }
    let symbols = &mut symbols[..used];
    symbols.sort_unstable();
    let numbers = limited(&depths::<COUNT>(symbols), most);
    // The rarest get the longest.
    let mut lengths = [0; COUNT];
    let descending = (1..=most).rev().flat_map(|length| std::iter::repeat_n(length as u8, numbers[length]));
    for ((_, symbol), length) in symbols.iter().zip(descending) {
        lengths[usize::from(*symbol)] = length;
    }
    lengths
}

/// How many codes have each length, without limit: of symbols from the rarest on the two rarest are joined, until one tree is left.
/// The joined ones come into being in their order too, so two queues suffice.
fn depths<const COUNT: usize>(symbols: &[(u32, u16)]) -> [usize; 64] {
    let count = symbols.len();
    // Of each joined one: how often it occurs, and by which later one it was joined in turn.
    let (mut joined, mut parents) = ([0_u32; COUNT], [0_usize; COUNT]);
    let mut parents_of_symbols = [0_usize; COUNT];
    let (mut next_symbol, mut next_joined) = (0, 0);
    for new in 0..count.saturating_sub(1) {
        for _ in 0..2 {
            let is_symbol =
                next_symbol < count && (next_joined >= new || symbols[next_symbol].0 <= joined[next_joined]);
            if is_symbol {
                joined[new] += symbols[next_symbol].0;
                parents_of_symbols[next_symbol] = new;
                next_symbol += 1;
            } else {
                joined[new] += joined[next_joined];
                parents[next_joined] = new;
                next_joined += 1;
            }
        }
    }
    let mut depths = [0_usize; COUNT];
    let root = count.saturating_sub(2);
    for node in (0..root).rev() {
        depths[node] = depths[parents[node]] + 1;
    }
    let mut numbers = [0; 64];
    // Counts of 32 bits cannot make a deeper tree than this.
    parents_of_symbols[..count].iter().for_each(|parent| numbers[(depths[*parent] + 1).min(63)] += 1);
    numbers
}

/// Makes the long codes as short as the limit, and some short ones longer, until there is a code for each.
fn limited(numbers: &[usize; 64], most: usize) -> [usize; 16] {
    let mut limited = [0; 16];
    limited[..most].copy_from_slice(&numbers[..most]);
    limited[most] = numbers[most..].iter().sum();
    // In parts of which the longest code takes one.
    let mut taken: usize = (1..=most).map(|length| limited[length] << (most - length)).sum();
    while taken > 1 << most {
        // One of the longest takes the place of a half of a shorter one.
        let Some(shorter) = (1..most).rev().find(|length| limited[*length] > 0) else { break };
        limited[shorter] -= 1;
        limited[shorter + 1] += 2;
        limited[most] -= 1;
        taken -= 1;
    }
    limited
}

/// The codes of these lengths.
pub(super) fn codes<const COUNT: usize>(lengths: &[u8; COUNT]) -> [Code; COUNT] {
    let mut next = [0_u16; 17];
    for length in 1..16 {
        let shorter = lengths.iter().filter(|other| usize::from(**other) == length).count() as u16;
        next[length + 1] = (next[length] + shorter) << 1;
    }
    lengths.map(|length| {
        let code = next[usize::from(length)];
        next[usize::from(length)] += 1;
        let bits = if length == 0 { 0 } else { code.reverse_bits() >> (16 - length) };
        Code { bits, length }
    })
}
