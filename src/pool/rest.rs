//! The filters that come after one whose result has a size of its own: they are planned when that is known, and work on its buffers.

use super::image_job::{Buffers, run_image};
use super::{Done, Outcome, Pool, Ticket, guarded};
use crate::pipeline::Rest;
use std::sync::Arc;

/// Who is told of what comes before a rest: it goes on with that, and tells the end to `done`.
pub(super) fn with_rest(pool: &Arc<Pool>, rest: &Arc<Rest>, ticket: &Ticket, done: Done<Buffers>) -> Done<Buffers> {
    let (pool, rest, ticket) = (Arc::clone(pool), Arc::clone(rest), ticket.clone());
    Box::new(move |first: Outcome<Buffers>| {
        let Outcome { result: Ok(buffers), mut spans, mut reports, layout: Some(layout) } = first else {
            return done(first);
        };
        let mut plans = None;
        let plan = || rest.plan(layout).map(|rest| plans = Some(rest));
        match (guarded(plan, || None), plans) {
            (Ok(()), Some(plans)) if !rest.is_empty() => {
                let done = move |last: Outcome<Buffers>| {
                    spans.extend(last.spans);
                    reports.extend(last.reports);
                    done(Outcome { spans, reports, ..last });
                };
                run_image(&pool, Arc::new(plans), buffers, None, ticket, None, Box::new(done));
            }
            (planned, _) => done(Outcome { result: planned.map(|()| buffers), spans, reports, layout: Some(layout) }),
        }
    })
}
