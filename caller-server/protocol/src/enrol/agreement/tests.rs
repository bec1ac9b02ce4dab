use proptest::prelude::*;

use super::*;
use crate::view::DeviceRole;

fn about() -> About {
    About {
        role: DeviceRole::Display,
        program: "window-display 0.1.0".into(),
        machine: "raspberrypi".into(),
        name: None,
        window: Some(3),
    }
}

fn bytes(fill: u8) -> Bytes32 {
    Bytes32([fill; 32])
}

/// A device and a server, with their chance from four numbers, and what the server says.
fn pair(chance: [u8; 4], lasting: &Secret) -> (DeviceSide, ServerSide, Begun) {
    let [device_key, device_nonce, server_key, server_nonce] = chance.map(bytes);
    let (device, commitment) = DeviceSide::begin(device_key, device_nonce, &about());
    let server = ServerSide::begin(server_key, server_nonce, commitment, &about());
    let begun = server.begun("id".into(), lasting);
    (device, server, begun)
}

fn agreed(device: &DeviceSide, begun: &Begun) -> Agreed {
    device.agree(begun).unwrap_or_else(|why| panic!("{why}"))
}

#[test]
fn both_sides_come_to_the_same_digits_and_can_read_each_other() {
    let lasting = Secret::new(bytes(9));
    let (device, server, begun) = pair([1, 2, 3, 4], &lasting);
    let at_device = agreed(&device, &begun);
    let at_server = server.agree(&lasting, &device.open()).unwrap();
    assert_eq!(at_device.digits(), at_server.digits());
    let sealed = at_server.seal([5; 12], b"a key");
    assert_eq!(at_device.open(&sealed).unwrap(), b"a key");
    let mut broken = sealed.clone();
    *broken.last_mut().unwrap() ^= 1;
    assert_eq!((at_device.open(&broken), at_device.open(&sealed[..11]), at_device.open(&[])), (None, None, None));
}

/// Computed once by another program, from the formulas above: devices and servers of different versions must agree.
#[test]
fn the_digits_of_a_known_agreement_stay_what_they_are() {
    let lasting = Secret::new(bytes(9));
    let (device, _, begun) = pair([1, 2, 3, 4], &lasting);
    let digits = agreed(&device, &begun).digits().clone();
    assert_eq!((digits.as_str(), digits.grouped().as_str()), ("455151", "455 151"));
    assert!(digits.are(" 455 151 ") && !digits.are("45515") && !digits.are(""));
}

#[test]
fn a_device_can_not_show_another_key_than_it_committed_itself_to() {
    let lasting = Secret::new(bytes(9));
    let (device, server, _) = pair([1, 2, 3, 4], &lasting);
    let open = device.open();
    for other in [Open { nonce: bytes(7), ..open.clone() }, Open { key: Secret::new(bytes(7)).public(), ..open }] {
        assert_eq!(server.agree(&lasting, &other).err(), Some(AgreementError::Commitment));
    }
}

#[test]
fn what_a_device_says_of_itself_is_part_of_the_agreement() {
    let (device, commitment) = DeviceSide::begin(bytes(1), bytes(2), &about());
    let changed = About { window: Some(4), ..about() };
    let server = ServerSide::begin(bytes(3), bytes(4), commitment, &changed);
    assert_eq!(server.agree(&Secret::new(bytes(9)), &device.open()).err(), Some(AgreementError::Commitment));
}

#[test]
fn a_key_that_gives_no_secret_is_refused() {
    let lasting = Secret::new(bytes(9));
    let (device, _, begun) = pair([1, 2, 3, 4], &lasting);
    for begun in [Begun { server: bytes(0), ..begun.clone() }, Begun { ephemeral: bytes(0), ..begun }] {
        assert_eq!(device.agree(&begun).err(), Some(AgreementError::WeakKey));
    }
    assert_eq!(lasting.proof(bytes(0), bytes(1), bytes(2)).err(), Some(AgreementError::WeakKey));
}

#[test]
fn only_the_server_with_the_lasting_key_can_prove_itself() {
    let (server, device, other) = (Secret::new(bytes(9)), Secret::new(bytes(1)), Secret::new(bytes(8)));
    let (asked, known) = (device.public(), server.public());
    let wanted = device.proof(known, asked, known).unwrap();
    assert_eq!(server.proof(asked, asked, known).unwrap(), wanted);
    assert_ne!(other.proof(asked, asked, known).unwrap(), wanted);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Somebody between the two makes an agreement with each. Whatever they choose, the digits differ on the two sides (once in
    /// a million they may not; 64 cases meet that with 1 in 15,000), and what the server seals the device can't read.
    #[test]
    fn somebody_between_them_gives_other_digits(chance: [u8; 4], mine: [u8; 5]) {
        let lasting = Secret::new(bytes(9));
        let (device, _, _) = pair(chance, &lasting);
        let [key, nonce, ephemeral, said, own] = mine;
        // Towards the server the one between is a device of its own choice, towards the device a server.
        let (as_device, commitment) = DeviceSide::begin(bytes(key), bytes(nonce), &about());
        let server = ServerSide::begin(bytes(chance[2]), bytes(chance[3]), commitment, &about());
        let false_lasting = Secret::new(bytes(own));
        let as_server = ServerSide::begin(bytes(ephemeral), bytes(said), commitment, &about());
        let at_device = agreed(&device, &as_server.begun("id".into(), &false_lasting));
        let at_server = server.agree(&lasting, &as_device.open()).unwrap();
        // The one case in which nobody stands between: they chose what the two had chosen themselves.
        let is_same = [key, nonce, ephemeral, said] == chance && own == 9;
        prop_assert_eq!(at_device.digits() == at_server.digits(), is_same);
        let sealed = at_server.seal([1; 12], b"key");
        prop_assert_eq!(at_device.open(&sealed).is_some(), is_same);
    }
}
