//! Buffers kept for the next images, so that memory that has grown is used again.

/// Buffers of any lengths, oldest first.
#[derive(Debug)]
pub(super) struct Spares {
    buffers: Vec<Vec<u8>>,
    /// Bytes that may be kept.
    most_bytes: usize,
}

impl Spares {
    /// Two for each image that a machine of many cores has at work.
    const MOST: usize = 64;

    pub(super) fn new(most_bytes: usize) -> Self {
        Self { buffers: Vec::new(), most_bytes }
    }

    /// A buffer with room for so many bytes, where that can be had: the smallest that is large enough and not far larger,
    /// or a new one, since growing one would copy what nobody wants.
    pub(super) fn take(&mut self, bytes: usize) -> Vec<u8> {
        let fits = |i: &usize| (bytes..=2 * bytes).contains(&self.buffers[*i].capacity());
        if let Some(i) = (0..self.buffers.len()).filter(fits).min_by_key(|&i| self.buffers[i].capacity()) {
            return self.buffers.remove(i);
        }
        self.make_way(bytes)
    }

    /// A new buffer with room for so many bytes, where that can be had. All others make way where memory is short.
    pub(super) fn make_way(&mut self, bytes: usize) -> Vec<u8> {
        let mut buffer = Vec::new();
        if buffer.try_reserve_exact(bytes).is_err() {
            self.buffers.clear();
            // Whoever takes it finds out, with an error of its own, if this was not enough.
            let _ = buffer.try_reserve_exact(bytes);
        }
        buffer
    }

    pub(super) fn give(&mut self, buffer: Vec<u8>) {
        if buffer.capacity() > 0 {
            self.buffers.push(buffer);
        }
        while self.buffers.len() > Self::MOST || self.buffers.iter().map(Vec::capacity).sum::<usize>() > self.most_bytes
        {
            self.buffers.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_that_are_kept_make_way_where_memory_is_short() {
        let mut spares = Spares::new(100);
        spares.give(vec![0; 10]);
        assert_eq!(spares.make_way(20).capacity(), 20);
        assert_eq!(spares.buffers.len(), 1, "there is memory enough");
        // So much there is nowhere.
        assert_eq!(spares.make_way(usize::MAX).capacity(), 0);
        assert!(spares.buffers.is_empty(), "what is kept has made way");
    }
}
