use std::net::IpAddr;

use protocol::{enrol::agreement::DeviceSide, view::DeviceRole};

use super::*;

const HERE: Option<IpAddr> = Some(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 7)));

fn bytes(fill: u8) -> Bytes32 {
    Bytes32([fill; 32])
}

fn lasting() -> Secret {
    Secret::new(bytes(200))
}

fn from(n: u8) -> Option<IpAddr> {
    Some(IpAddr::V4(Ipv4Addr::new(10, 0, 1, n)))
}

fn about() -> About {
    About { role: DeviceRole::Display, program: "p 1".into(), machine: "m".into(), name: None, window: None }
}

fn device(n: u8) -> (DeviceSide, Begin) {
    let (side, commitment) = DeviceSide::begin(bytes(n), bytes(n + 1), &about());
    (side, Begin { version: ENROL_VERSION, about: about(), commitment })
}

fn begin(room: &mut Room, now_ms: u64, from: Option<IpAddr>, n: u8) -> Result<(DeviceSide, Begun), EnrolError> {
    let (side, begin) = device(n);
    let chance = Chance { id: format!("{n}-{now_ms}"), key: bytes(n + 2), nonce: bytes(n + 3) };
    let begun = room.begin(now_ms, from, &begin, chance, &lasting())?;
    Ok((side, begun))
}

/// A device that waits, its name and its digits.
fn waiting(room: &mut Room, now_ms: u64, n: u8) -> (String, String) {
    let (side, begun) = begin(room, now_ms, from(n), n).unwrap();
    room.show(now_ms, &begun.id, &side.open(), &lasting()).unwrap();
    let digits = side.agree(&begun).unwrap().digits().as_str().to_owned();
    (begun.id, digits)
}

/// Digits that are others.
fn others(digits: &str) -> String {
    let number: u32 = digits.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}

#[test]
fn whoever_types_the_digits_of_the_device_may_let_it_in() {
    let mut room = Room::default();
    let (id, digits) = waiting(&mut room, 0, 1);
    assert_eq!(room.rows(5_000)[0].left_s, 595);
    assert_eq!(room.compare(1, &id, &digits).unwrap().digits().as_str(), digits);
    let spaced = format!(" {} {}", &digits[..3], &digits[3..]);
    assert!(room.compare(2, &id, &spaced).is_ok());
    room.leave(&id);
    assert_eq!((room.rows(3), room.state(3, &id)), (vec![], None));
}

#[test]
fn other_digits_are_refused_three_times_and_then_the_device_is() {
    let mut room = Room::default();
    let (id, digits) = waiting(&mut room, 0, 1);
    for tries_left in [2, 1, 0] {
        assert_eq!(room.compare(1, &id, &others(&digits)).err(), Some(EnrolError::Digits { tries_left }));
    }
    assert_eq!(room.compare(1, &id, &digits).err(), Some(EnrolError::Over), "the right ones come too late");
    assert!(matches!(room.state(1, &id), Some(State::Refused(_))));
    assert_eq!(room.rows(1), []);
    assert_eq!(room.state(TOLD_MS_MAX + 1, &id), None);
}

#[test]
fn a_key_is_shown_once_and_in_time() {
    let mut room = Room::default();
    let (side, begun) = begin(&mut room, 0, HERE, 1).unwrap();
    assert_eq!(room.compare(0, &begun.id, "000000").err(), Some(EnrolError::Early));
    room.show(1, &begun.id, &side.open(), &lasting()).unwrap();
    assert_eq!(room.show(2, &begun.id, &side.open(), &lasting()).err(), Some(EnrolError::Over), "a replay");
    let (late, begun) = begin(&mut room, 10, HERE, 20).unwrap();
    let told = room.show(10 + SHOW_MS_MAX, &begun.id, &late.open(), &lasting());
    assert_eq!(told.err(), Some(EnrolError::Over));
}

#[test]
fn another_key_than_was_committed_to_ends_it() {
    let mut room = Room::default();
    let (_, begun) = begin(&mut room, 0, HERE, 1).unwrap();
    let (other, _) = device(50);
    let told = room.show(1, &begun.id, &other.open(), &lasting());
    assert_eq!(told.err(), Some(EnrolError::Key(AgreementError::Commitment)));
    assert_eq!(room.state(1, &begun.id), None);
}

#[test]
fn nobody_waits_longer_than_ten_minutes() {
    let mut room = Room::default();
    let (id, digits) = waiting(&mut room, 0, 1);
    assert!(room.state(WAIT_MS_MAX - 1, &id).is_some());
    assert_eq!(room.compare(WAIT_MS_MAX, &id, &digits).err(), Some(EnrolError::Over));
    assert_eq!(room.refuse(WAIT_MS_MAX, &id).err(), Some(EnrolError::Over));
}

#[test]
fn a_manager_can_refuse_and_the_device_hears_it() {
    let mut room = Room::default();
    let (id, digits) = waiting(&mut room, 0, 1);
    room.refuse(1, &id).unwrap();
    assert_eq!(room.state(2, &id), Some(State::Refused(unwanted())));
    assert!(room.compare(2, &id, &digits).is_err());
}

#[test]
fn there_is_a_bound_on_all_who_wait_and_on_those_from_one_address() {
    let mut room = Room::default();
    for n in 0..WAITING_FROM_ONE_MAX {
        begin(&mut room, 0, HERE, u8::try_from(n).unwrap()).unwrap();
    }
    assert_eq!(begin(&mut room, 0, HERE, 90).err(), Some(EnrolError::Full));
    let mut n = 100;
    let more = std::iter::from_fn(|| {
        n += 1;
        begin(&mut room, 0, from(n), n).err().map_or(Some(()), |why| {
            assert_eq!(why, EnrolError::Full);
            None
        })
    });
    assert_eq!(more.count(), WAITING_MAX - WAITING_FROM_ONE_MAX);
    // Who never shows a key makes room soon.
    assert!(begin(&mut room, SHOW_MS_MAX, HERE, 91).is_ok());
}

#[test]
fn whoever_begins_too_often_is_told_when_to_come_back() {
    let mut room = Room::default();
    let mut begun = 0;
    let told = loop {
        match begin(&mut room, begun, HERE, 1) {
            Ok((_, Begun { id, .. })) => room.leave(&id),
            Err(why) => break why,
        }
        begun += 1;
    };
    assert_eq!((begun, told), (BEGUN_FROM_ONE_MAX as u64, EnrolError::TooOften { wait_s: 60 }));
    assert!(begin(&mut room, begun, from(9), 2).is_ok(), "others are not held up");
    assert!(begin(&mut room, RATE_MS, HERE, 3).is_ok());
}

#[test]
fn what_can_not_be_read_is_not_taken() {
    let mut room = Room::default();
    let (_, begin) = device(1);
    let chance = || Chance { id: "i".into(), key: bytes(1), nonce: bytes(2) };
    let long = About { machine: "m".repeat(WORD_CHARS_MAX + 1), ..about() };
    let told = room.begin(0, HERE, &Begin { about: long, ..begin.clone() }, chance(), &lasting());
    assert_eq!(told.err(), Some(EnrolError::About));
    let hidden = About { name: Some("a\u{7}".into()), ..about() };
    let told = room.begin(0, HERE, &Begin { about: hidden, ..begin.clone() }, chance(), &lasting());
    assert_eq!(told.err(), Some(EnrolError::About));
    let told = room.begin(0, HERE, &Begin { version: 2, ..begin }, chance(), &lasting());
    assert_eq!(told.err(), Some(EnrolError::Version(2)));
}
