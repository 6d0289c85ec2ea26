//! Paintings that are put aside, gone on with, and stopped.

use super::*;

#[test]
fn a_painting_that_was_put_aside_goes_on_as_if_it_had_not_been() {
    let studio = Studio::open();
    let settings = Settings {
        first_size: 24,
        first_steps: 3,
        steps: 4,
        averaging: 0.9,
        ..short()
    };
    let (records, picture) = studio.run(settings);
    // In the middle of the first size, and of the second one.
    for until in [2, 5] {
        let mut painting = studio.begin(&[(&studio.first, 1.0)], settings);
        while !painting.reached(until) {
            pollster::block_on(painting.advance(until)).unwrap();
        }
        let saved = pollster::block_on(painting.put_aside()).unwrap();
        let saved = Saved::from_bytes(&saved.to_bytes().unwrap()).unwrap();
        let (network, content) = (studio.network.clone(), &studio.content);
        let styles = vec![style(&studio.first, 1.0)];
        let mut painting =
            pollster::block_on(Painting::resume(network, content, styles, saved)).unwrap();
        let (rest, resumed) = run(&mut painting);
        assert_eq!(rest, records[until as usize..]);
        assert_eq!(difference(&resumed, &picture), 0.0);
    }
}

/// By nearest neighbours, of a pyramid's levels: at the first size, at the last, and while that is refined.
#[test]
fn what_each_position_should_become_is_put_aside_too() {
    let studio = Studio::open();
    let settings = Settings {
        size: 40,
        first_size: 20,
        first_steps: 2,
        steps: 2,
        refining_steps: 2,
        ..shallow(Preset::Brush)
    };
    let styles = [(&studio.first, 1.0), (&studio.second, 2.0)];
    let (records, picture) = run(&mut studio.begin(&styles, settings));
    assert_eq!(records.len(), 6);
    for until in [1, 3, 5] {
        let mut painting = studio.begin(&styles, settings);
        while !painting.reached(until) {
            pollster::block_on(painting.advance(until)).unwrap();
        }
        let saved = pollster::block_on(painting.put_aside()).unwrap();
        let saved = Saved::from_bytes(&saved.to_bytes().unwrap()).unwrap();
        let (network, content) = (studio.network.clone(), &studio.content);
        let styles = styles.map(|(picture, part)| style(picture, part)).to_vec();
        let resumed = Painting::resume(network, content, styles, saved);
        let mut painting = pollster::block_on(resumed).unwrap();
        let (rest, resumed) = run(&mut painting);
        assert_eq!(rest, records[until as usize..]);
        assert_eq!(difference(&resumed, &picture), 0.0);
    }
}

#[test]
fn a_painting_that_was_put_aside_needs_its_own_pictures() {
    let studio = Studio::open();
    let painting = studio.begin(&[(&studio.first, 1.0)], short());
    let saved = pollster::block_on(painting.put_aside()).unwrap();
    let resume = |content, styles| {
        let network = studio.network.clone();
        pollster::block_on(Painting::resume(network, content, styles, saved.clone()))
    };
    let one = || style(&studio.first, 1.0);
    let other = resume(&studio.first, vec![one()]);
    assert!(matches!(other, Err(PaintingError::Saved(_))));
    let two = resume(&studio.content, vec![one(), one()]);
    assert!(matches!(two, Err(PaintingError::Saved(_))));
}

#[test]
fn after_settling_no_step_is_under_way() {
    let studio = Studio::open();
    let settings = Settings {
        steps: 5,
        ..short()
    };
    let (records, picture) = studio.run(settings);
    let mut painting = studio.begin(&[(&studio.first, 1.0)], settings);
    let mut settled = Vec::new();
    while !painting.finished() {
        settled.extend(pollster::block_on(painting.advance(u32::MAX)).unwrap());
        settled.extend(pollster::block_on(painting.settle()).unwrap());
        assert!(painting.reached(settled.len() as u32));
        assert!(pollster::block_on(painting.settle()).unwrap().is_empty());
    }
    assert_eq!(settled, records);
    let settled = pollster::block_on(painting.picture()).unwrap();
    assert_eq!(difference(&settled, &picture), 0.0);
}

/// As after the GPU had no memory for the last size.
#[test]
fn a_painting_that_was_put_aside_may_end_at_a_smaller_size() {
    let studio = Studio::open();
    let settings = Settings {
        first_size: 24,
        first_steps: 3,
        steps: 1,
        ..short()
    };
    let mut painting = studio.begin(&[(&studio.first, 1.0)], settings);
    while !painting.reached(2) {
        pollster::block_on(painting.advance(2)).unwrap();
    }
    let mut saved = pollster::block_on(painting.put_aside()).unwrap();
    saved.settings.size = 24;
    let (network, content) = (studio.network.clone(), &studio.content);
    let styles = vec![style(&studio.first, 1.0)];
    let mut painting =
        pollster::block_on(Painting::resume(network, content, styles, saved)).unwrap();
    assert_eq!(painting.steps(), 1);
    assert!(painting.finished());
    let (rest, small) = run(&mut painting);
    assert!(rest.is_empty());
    assert_eq!(small.shape().width.max(small.shape().height), 24);
}
