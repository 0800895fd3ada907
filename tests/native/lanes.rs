//! Several engines over one pool, and images in rooms that are lent: the same bytes as by the plain way, an input that stays
//! whole, parts that are the whole result.

use crate::common::{assert_same, inline, noise, run, step, threads, variants_for};
use pixelpool::batch::{Data, Engine, Shared};
use pixelpool::error::Code;
use pixelpool::filters::REGISTRY;
use pixelpool::image::{Format, Image, Layout, Size};
use pixelpool::pipeline::{Chain, Plans, Step};
use pixelpool::pool::{Buffers, Outcome, Part, Pool, Room, Ticket, run_image};
use std::collections::BTreeSet;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn plans(steps: Vec<Step>, layout: Layout) -> Plans {
    let chain = Chain::new(steps, REGISTRY).unwrap_or_else(|error| panic!("{error}"));
    chain.plan(layout).unwrap_or_else(|error| panic!("{error}"))
}

/// A room that is a little longer than an image, with the image in it.
fn room_with(image: &Image) -> Arc<Room> {
    let room = Room::new(Vec::new(), image.data().len() + 5).expect("it fits");
    // SAFETY: nobody else has the room.
    unsafe { room.fill(image.data()) };
    Arc::new(room)
}

/// Runs a chain on an image in a room; the parts that were told, and the bytes of the result when it was done.
fn run_lent(pool: &Arc<Pool>, steps: Vec<Step>, image: &Image, room: &Arc<Room>) -> (Image, Vec<Part>) {
    let plans = plans(steps, image.layout());
    let layout = plans.result();
    let (send, receive) = channel();
    let parts = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&parts);
    let tell = Box::new(move |part| told.lock().expect("nobody panics").push(part));
    let done = Box::new(move |outcome: Outcome<Buffers>| send.send(outcome).expect("the test waits"));
    let buffers = Buffers { pixels: vec![0x5a; 7], spare: vec![0xa5; image.data().len()] };
    let ticket = Ticket { job: 0, stop: Arc::default() };
    run_image(pool, Arc::new(plans), buffers, Some(Arc::clone(room)), ticket, Some(tell), done);
    let outcome = receive.recv().expect("every job ends");
    let pixels = outcome.result.unwrap_or_else(|error| panic!("{error}")).pixels;
    let address = pixels.as_ptr() as usize;
    let parts = std::mem::take(&mut *parts.lock().expect("nobody panics"));
    assert!(parts.iter().all(|part| part.address == address && part.of == pixels.len()), "{parts:?}");
    // What a plan says of alpha is no part of an image.
    let layout = layout.with_channels(layout.format().channels.any_alpha());
    (Image::of(layout, pixels).expect("a result has the size of its plan"), parts)
}

#[test]
fn an_image_in_a_room_gives_the_same_bytes_and_stays_as_it_is() {
    let chains: [&[&str]; 4] =
        [&["delay"], &["brightness", "gaussianBlur"], &["gaussianBlur", "invert"], &["invert", "equalize", "sobel"]];
    for (seed, opaque, sizes) in [(1, true, [(1, 1), (130, 150)]), (2, false, [(7, 5), (64, 60)])] {
        for (width, height) in sizes {
            let image = noise(width, height, seed, opaque);
            let mut works: Vec<Vec<Step>> = Vec::new();
            // What parameters do has tests of its own: of a large image some are enough.
            let apart = if width * height > 10_000 { 3 } else { 1 };
            for definition in REGISTRY {
                let given = variants_for(definition.info, image.layout());
                works.extend(given.iter().step_by(apart).map(|given| vec![step(definition.info.name, given)]));
            }
            works.extend(chains.map(|chain| chain.iter().map(|kind| step(kind, &Vec::new())).collect()));
            let room = room_with(&image);
            let pools = [inline(), threads(3)];
            for steps in &works {
                let names = || format!("{steps:?}, {width} × {height}");
                let want = run(&inline(), steps.clone(), &image);
                for pool in &pools {
                    let (got, parts) = run_lent(pool, steps.clone(), &image, &room);
                    assert_same(&got, &want, names);
                    // Parts are all of the result, each byte once; or none, where the last thing is no writing.
                    let mut bytes: Vec<_> = parts.into_iter().map(|part| part.bytes).collect();
                    bytes.sort_by_key(|bytes| bytes.start);
                    let end =
                        bytes.iter().fold(0, |end, bytes| if bytes.start == end { bytes.end } else { usize::MAX });
                    assert!(end == got.data().len() || bytes.is_empty(), "{}: {bytes:?}", names());
                    let (kept, _) = run_lent(&inline(), Vec::new(), &image, &room);
                    assert_same(&kept, &image, || format!("{}: what is in the room", names()));
                }
            }
        }
    }
}

/// Waits for what has ended in an engine.
fn wait(engine: &mut Engine, count: usize) -> Vec<(u32, u8)> {
    let mut ended = Vec::new();
    while ended.len() < count {
        for completion in engine.finished().take() {
            let Ok(Data::Pixels(buffers, layout)) = completion.result else { panic!("it went well") };
            ended.push((completion.job, buffers.pixels[0]));
            engine.release(Data::Pixels(buffers, layout));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    ended
}

fn layout() -> Layout {
    Layout::new(Size::new(40, 30).expect("a size"), Format::RGBA8).expect("it fits")
}

#[test]
fn engines_over_one_pool_know_each_others_batches_and_rooms_and_have_jobs_of_their_own() {
    let shared = Shared::new(threads(3), REGISTRY, |_| (), 1 << 20);
    let mut engines: Vec<_> = (0..4).map(|_| Engine::new(Arc::clone(&shared))).collect();
    engines[0].open(7, vec![step("invert", &Vec::new())]).expect("a known filter");
    let room = engines[1].lend(layout().bytes()).expect("it fits");
    std::thread::scope(|scope| {
        for (lane, engine) in (0..).zip(&mut engines) {
            scope.spawn(move || {
                let jobs: BTreeSet<u32> = (0..50).map(|i| lane * 100 + i).collect();
                for &job in &jobs {
                    // What is in a room that is lent is nothing but zeros.
                    engine.prepare_lent(job, 7, room, layout(), None).expect("it is prepared");
                    engine.start(job);
                }
                let ended = wait(engine, jobs.len());
                assert_eq!(ended.iter().map(|(job, _)| *job).collect::<BTreeSet<_>>(), jobs);
                assert!(ended.iter().all(|(_, value)| *value == 255));
                assert!(engine.finished().take_parts().is_empty(), "small results leave at once");
            });
        }
    });
    // One closes it for all.
    engines[2].close(7);
    engines[3].prepare_lent(1, 7, room, layout(), None).expect("the start tells it");
    engines[3].start(1);
    let ended = engines[3].finished().take();
    assert_eq!(ended[0].result.as_ref().expect_err("it is closed").code, Code::Cancelled);
}

#[test]
fn a_room_is_there_until_it_is_taken_back_and_no_smaller_than_its_image() {
    let mut engine = Engine::new(Shared::new(inline(), REGISTRY, |_| (), 1 << 20));
    engine.open(1, vec![step("invert", &Vec::new())]).expect("a known filter");
    let small = engine.lend(layout().bytes() - 1).expect("it fits");
    let room = engine.lend(layout().bytes()).expect("it fits");
    assert_ne!(small, room);
    for wrong in [small, 12] {
        let error = engine.prepare_lent(1, 1, wrong, layout(), None).expect_err("there is no such room");
        assert_eq!(error.code, Code::InvalidImage);
    }
    engine.prepare_lent(2, 1, room, layout(), None).expect("it is large enough");
    // Whoever has prepared a job keeps it.
    engine.take_back(room);
    engine.start(2);
    assert_eq!(wait(&mut engine, 1), [(2, 255)]);
    assert!(engine.prepare_lent(3, 1, room, layout(), None).is_err(), "it was taken back");
}

#[test]
fn a_large_result_leaves_part_by_part_and_only_where_its_input_stays_whole() {
    let mut engine = Engine::new(Shared::new(threads(4), REGISTRY, |_| (), 1 << 20));
    engine.open(1, vec![step("invert", &Vec::new())]).expect("a known filter");
    let large = Layout::new(Size::new(2500, 2000).expect("a size"), Format::RGBA8).expect("it fits");
    let room = engine.lend(large.bytes()).expect("it fits");
    engine.prepare_lent(1, 1, room, large, None).expect("it is prepared");
    engine.start(1);
    assert_eq!(wait(&mut engine, 1), [(1, 255)]);
    let parts = engine.finished().take_parts();
    assert!(parts.len() > 4, "{parts:?}");
    assert_eq!(parts.iter().map(|(_, part)| part.bytes.len()).sum::<usize>(), large.bytes());
    let shape = pixelpool::batch::Shape::Pixels { width: 2500, height: 2000, format: Format::RGBA8 };
    engine.prepare(2, 1, shape, None).expect("it is prepared");
    engine.start(2);
    assert_eq!(wait(&mut engine, 1), [(2, 255)]);
    assert!(engine.finished().take_parts().is_empty());
}

#[test]
fn a_result_that_is_kept_where_it_lies_is_the_next_jobs_input() {
    let shared = Shared::new(threads(2), REGISTRY, |_| (), 1 << 20);
    let mut engines: Vec<_> = (0..2).map(|_| Engine::new(Arc::clone(&shared))).collect();
    engines[0].open(1, vec![step("invert", &Vec::new())]).expect("a known filter");
    let first = engines[0].lend(layout().bytes()).expect("it fits");
    engines[0].prepare_lent(1, 1, first, layout(), None).expect("it is prepared");
    engines[0].start(1);
    let ended = loop {
        if let Some(ended) = engines[0].finished().take().pop() {
            break ended;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let Ok(Data::Pixels(buffers, _)) = ended.result else { panic!("it went well") };
    let address = buffers.pixels.as_ptr() as usize as u32;
    let kept = engines[0].keep(buffers.pixels);
    assert_eq!(kept, address);
    // Alpha is zero as it was; what was inverted is black again.
    for (job, value) in [(2, 0), (3, 0)] {
        engines[1].prepare_lent(job, 1, kept, layout(), None).expect("it is a room");
        engines[1].start(job);
        assert_eq!(wait(&mut engines[1], 1), [(job, value)]);
    }
    engines[1].take_back(kept);
    assert!(engines[0].prepare_lent(4, 1, kept, layout(), None).is_err(), "it was taken back");
}
