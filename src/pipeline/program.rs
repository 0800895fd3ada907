//! A graph made ready to run: rings long enough for every window, tiles narrow enough for the cache, pixel functions where
//! the rows that they rewrite are written.

use super::nodes::{Pixels, RowNode, fold, push};
use crate::image::{Border, Format, Layout, Sample};
use crate::plan::{Edge, Graph, Kind, Step};
use crate::stage::{Shape, Tile};
use std::ops::Range;

/// A graph that runs band by band.
pub struct Program {
    pub(super) source: Layout,
    pub(super) result: Layout,
    pub(super) nodes: Vec<RowNode>,
    /// Columns that are worked on at a time.
    pub(super) tile: usize,
    /// The most columns of each node that any tile needs: of one at an edge they may be all, where the border goes round.
    pub(super) most_columns: Vec<usize>,
    halo: usize,
    reads_whole: bool,
}

/// The most bytes that a thread may keep for a pass of several filters, or of one that could be two passes.
pub(super) const MOST_SCRATCH_BYTES: usize = 2 << 20;
/// Rows that are kept of all nodes should fit so many bytes, so that a window is in the cache when it is read again.
const CACHE_BYTES: usize = 512 << 10;
const LEAST_TILE: usize = 128;
/// So wide that what is read beside a tile does not weigh much.
const WIDE_TILE: usize = 512;
const MOST_TILE: usize = 4096;

impl Program {
    /// The program of a graph, or the pixel functions that are all there is in it.
    pub(super) fn new(graph: Graph) -> Result<Self, Vec<Pixels>> {
        let halo = graph.halo();
        let Graph { source, steps, output, result } = graph;
        debug_assert_eq!(output, steps.len(), "the last node is the result");
        if steps.iter().all(|step| matches!(step.kind, Kind::Pixels(_))) {
            let mut all = Vec::new();
            for Step { filter, kind, .. } in steps {
                if let Kind::Pixels(point) = kind {
                    push(&mut all, (filter, point));
                }
            }
            return Err(all);
        }
        Ok(Self::of_nodes(source, result, fold(steps), halo))
    }

    fn of_nodes(source: Layout, result: Layout, nodes: Vec<RowNode>, halo: usize) -> Self {
        let mut program = Self { source, result, nodes, tile: 0, most_columns: Vec::new(), halo, reads_whole: false };
        program.reads_whole = program.find_reads_whole();
        program.find_kept_rows();
        program.find_shares();
        program.find_tile();
        program.most_columns = program.find_most_columns();
        assert!(program.fits(&program.most_columns), "no stage is asked for more columns than it can take");
        program
    }

    /// The program as two, the first of which makes RGBA bytes of bytes of fewer channels, where it does and a thread would
    /// keep too many of these rows for a window over them.
    pub(super) fn parted(mut self, most: usize) -> (Option<Self>, Self) {
        let Format { sample, channels } = self.source.format();
        let is_expanded = sample == Sample::U8
            && channels.count() < Format::RGBA8.bytes()
            && self.nodes.len() > 1
            && self.nodes[0].shape == Shape::pixels(Format::RGBA8.bytes())
            && self.nodes[1..].iter().all(|node| node.inputs.iter().all(|(from, _)| *from > 0));
        let expanded = self.source.with_channels(channels.expanded());
        if !is_expanded || self.scratch_bytes() <= most || Layout::new(expanded.size(), expanded.format()).is_err() {
            return (None, self);
        }
        let mut rest = self.nodes.split_off(1);
        for (from, _) in rest.iter_mut().flat_map(|node| &mut node.inputs) {
            *from -= 1;
        }
        let rest = Self::of_nodes(expanded, self.result, rest, self.halo);
        (Some(Self::of_nodes(self.source, expanded, self.nodes, 0)), rest)
    }

    /// The same in tiles of at most so many columns, unless a stage needs whole rows.
    fn narrow(&mut self, most: usize) {
        if self.nodes.iter().all(|node| node.stage.tile() != Tile::WholeRows) {
            self.tile = self.tile.min(most);
            self.most_columns = self.find_most_columns();
        }
    }

    /// The layout of what is read.
    #[must_use]
    pub fn source(&self) -> Layout {
        self.source
    }

    /// The layout of what is written.
    #[must_use]
    pub fn result(&self) -> Layout {
        self.result
    }

    /// Rows of the source that are read above those of a band, and as many below.
    #[must_use]
    pub fn halo(&self) -> usize {
        self.halo
    }

    /// Whether rows may be made of any row of the source.
    #[must_use]
    pub fn reads_whole(&self) -> bool {
        self.reads_whole
    }

    /// A band begins at a multiple of so many rows.
    #[must_use]
    pub fn band_step(&self) -> usize {
        match self.nodes.last().map_or(1, |node| node.rows_at_once) {
            usize::MAX => 1,
            rows => rows,
        }
    }

    /// The most bytes that a thread keeps while it works on a band.
    #[must_use]
    pub fn scratch_bytes(&self) -> usize {
        self.bytes_for(&self.most_columns)
    }

    fn find_reads_whole(&self) -> bool {
        let height = self.source.height();
        let edges = || self.nodes.iter().flat_map(|node| &node.inputs).map(|(_, edge)| *edge);
        self.halo >= height || edges().any(|edge| matches!(edge, Edge::Image | Edge::Border(Border::Wrap)))
    }

    fn find_kept_rows(&mut self) {
        let count = self.nodes.len();
        // How many rows lie between the first and the last that are read of a node while one row of the result is made.
        let mut depth = vec![0; count + 1];
        depth[count] = self.band_step();
        for i in (1..=count).rev() {
            let at_once = match self.nodes[i - 1].rows_at_once {
                usize::MAX => 1,
                rows => rows,
            };
            if i == count {
                let last = &mut self.nodes[i - 1];
                (last.kept_rows, last.by_asked) = (0, false);
            } else {
                let consumers = || {
                    self.nodes.iter().flat_map(|node| {
                        let inputs = node.inputs.iter().enumerate().filter(|(_, (from, _))| *from == i);
                        inputs.map(move |(input, (_, edge))| (node.stage.most_rows(input), *edge))
                    })
                };
                let is_single = consumers().count() == 1;
                let most = consumers().map(|(rows, _)| rows).max().unwrap_or(1);
                let mut rows = if is_single { most } else { depth[i] } + 2 * (at_once - 1);
                let wraps = consumers().any(|(_, edge)| edge == Edge::Border(Border::Wrap));
                let counted = consumers().any(|(_, edge)| edge == Edge::Counted);
                let height = self.nodes[i - 1].size[1] + at_once - 1;
                let by_asked = wraps && at_once == 1;
                if !counted && (rows > height || wraps && !by_asked) {
                    rows = height;
                }
                let node = &mut self.nodes[i - 1];
                node.kept_rows = rows.next_multiple_of(at_once);
                node.by_asked = by_asked && node.kept_rows < height;
            }
            let node = &self.nodes[i - 1];
            for (input, (from, edge)) in node.inputs.iter().enumerate() {
                if *edge != Edge::Image {
                    depth[*from] = depth[*from].max(depth[i] + node.stage.most_rows(input) - 1 + 2 * (at_once - 1));
                }
            }
        }
    }

    fn find_shares(&mut self) {
        // Of each node, which nodes it is made of, and itself: a bit for each.
        let mut made_of: Vec<u64> = vec![0];
        for i in 0..self.nodes.len() {
            let of_inputs: Vec<u64> = self.nodes[i].inputs.iter().map(|(from, _)| made_of[*from]).collect();
            let all = of_inputs.iter().fold(0, |all, input| all | input);
            self.nodes[i].shares = all.count_ones() < of_inputs.iter().map(|input| input.count_ones()).sum();
            made_of.push(all | 1 << i.min(63));
        }
    }

    fn find_tile(&mut self) {
        let width = self.result.width();
        let limits = || self.nodes.iter().map(|node| node.stage.tile());
        if limits().any(|tile| tile == Tile::WholeRows) {
            self.tile = width;
            return;
        }
        let middle = width / 2..width / 2 + 1;
        let beside = self.columns(&middle)[0].len();
        let mut tile = (2 * beside).clamp(LEAST_TILE, WIDE_TILE);
        while tile > LEAST_TILE && self.bytes_of(tile) > MOST_SCRATCH_BYTES {
            tile /= 2;
        }
        while tile < MOST_TILE && self.bytes_of(2 * tile) <= CACHE_BYTES {
            tile *= 2;
        }
        for limit in limits() {
            if let Tile::Most(most) = limit {
                tile = tile.min(most);
            }
        }
        // Tiles of equal width, and none wider than a stage can take.
        let equal = width.div_ceil(width.div_ceil(tile.max(1)));
        self.tile = equal.next_multiple_of(8).min(tile.max(1));
        // What other nodes read of a node may be wider than the result.
        while self.tile > 1 && !self.fits(&self.find_most_columns()) {
            self.tile = (self.tile - self.tile / 8).min(self.tile - 1);
        }
    }

    /// Whether each node can take so many columns at once.
    fn fits(&self, most_columns: &[usize]) -> bool {
        self.nodes.iter().zip(most_columns).all(|(node, columns)| match node.stage.tile() {
            Tile::Most(most) => *columns <= most,
            Tile::Any | Tile::WholeRows => true,
        })
    }

    /// Bytes that are kept where so many columns are worked on at a time.
    fn bytes_of(&self, tile: usize) -> usize {
        let width = self.result.width();
        let start = (width / 2).saturating_sub(tile / 2);
        let columns = self.columns(&(start..(start + tile).min(width)));
        self.bytes_for(&columns[1..].iter().map(Range::len).collect::<Vec<_>>())
    }

    /// Bytes that are kept for so many columns of each node.
    fn bytes_for(&self, columns: &[usize]) -> usize {
        let kept = self.nodes.iter().zip(columns).map(|(node, columns)| {
            let shape = node.shape;
            let rows = (node.kept_rows + 1) * shape.length(*columns) * shape.numbers.bytes();
            rows + node.stage.memory(*columns)
        });
        kept.sum()
    }

    fn find_most_columns(&self) -> Vec<usize> {
        let mut most = vec![0; self.nodes.len()];
        for tile in self.tiles() {
            let columns = self.columns(&tile);
            most.iter_mut().zip(&columns[1..]).for_each(|(most, columns)| *most = columns.len().max(*most));
        }
        most
    }

    /// The columns of the result, a tile after another.
    pub(super) fn tiles(&self) -> impl Iterator<Item = Range<usize>> {
        let (width, tile) = (self.result.width(), self.tile);
        (0..width).step_by(tile).map(move |left| left..(left + tile).min(width))
    }

    /// The columns of each node that are needed for some columns of the result.
    pub(super) fn columns(&self, wanted: &Range<usize>) -> Vec<Range<usize>> {
        let mut columns = vec![0..0; self.nodes.len() + 1];
        columns[self.nodes.len()] = wanted.clone();
        for (i, node) in self.nodes.iter().enumerate().rev() {
            if node.stage.tile() == Tile::WholeRows {
                // It writes whole rows, even where fewer columns are wanted.
                columns[i + 1] = 0..node.size[0];
            }
            for (input, (from, _)) in node.inputs.iter().enumerate() {
                let width = match from.checked_sub(1) {
                    None => self.source.width(),
                    Some(from) => self.nodes[from].size[0],
                };
                let needed = node.stage.reads_columns(input, columns[i + 1].clone(), width);
                let known = &mut columns[*from];
                *known = match known.start == known.end {
                    true => needed,
                    false => known.start.min(needed.start)..known.end.max(needed.end),
                };
            }
        }
        columns
    }
}

impl super::Plans {
    /// The same plans in tiles of at most so many columns: for tests, whose images are narrower than tiles are.
    #[must_use]
    pub fn in_tiles(mut self, most: usize) -> Self {
        let plans = [Some(&mut self.general), self.opaque.as_mut()].into_iter().flatten();
        for pass in plans.flat_map(|plan| &mut plan.passes) {
            if let super::Work::Graph(program) = &mut pass.work {
                program.narrow(most);
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::{Place, RowStage, RowsMut, Window, Work};

    struct Narrow(usize);

    impl RowStage for Narrow {
        fn shape(&self) -> Shape {
            Shape::pixels(4)
        }

        fn tile(&self) -> Tile {
            Tile::Most(self.0)
        }

        fn write(&self, _: &Place, _: &[Window<'_>], _: &mut RowsMut<'_>, _: &mut Work<'_>) {}
    }

    #[test]
    fn no_tile_is_wider_than_a_stage_can_take() {
        for most in [1, 7, 8, 367, 375] {
            for width in 1..2000 {
                let layout = Layout::rgba8(width, 2).expect("not empty");
                let step = Step {
                    filter: "narrow",
                    inputs: vec![(0, Edge::Border(Border::Clamp))],
                    kind: Kind::Rows(Box::new(Narrow(most))),
                    size: [width, 2],
                };
                let program = Program::of_nodes(layout, layout, fold(vec![step]), 0);
                assert!((1..=most).contains(&program.tile), "{width} columns, tiles of {}", program.tile);
                assert_eq!(program.tiles().map(|tile| tile.len()).sum::<usize>(), width);
            }
        }
    }
}
