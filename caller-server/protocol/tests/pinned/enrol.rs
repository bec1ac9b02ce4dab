//! What a blank device and the server say to each other, and managers of it.

use protocol::{
    enrol::{
        About, Approve, Begin, Begun, Bytes32, Challenge, ENROL_VERSION, EnrolRow, Grant, Open, Progress, Proof, Revoke,
    },
    view::DeviceRole,
};

use super::{pinned, read_as, refused, text};

const ONES: &str = "0101010101010101010101010101010101010101010101010101010101010101";

fn ones() -> Bytes32 {
    Bytes32([1; 32])
}

fn about() -> About {
    About { role: DeviceRole::Display, program: "p 1".into(), machine: "m".into(), name: None, window: None }
}

#[test]
fn what_a_blank_device_and_the_server_say() {
    assert_eq!(ENROL_VERSION, 1);
    let begin = Begin { version: 1, about: about(), commitment: ones() };
    let bare = r#"{"role":"display","program":"p 1","machine":"m"}"#;
    pinned(begin, &format!(r#"{{"version":1,"about":{bare},"commitment":"{ONES}"}}"#));
    let named = About { name: Some("d-1".into()), window: Some(3), ..about() };
    pinned(named, r#"{"role":"display","program":"p 1","machine":"m","name":"d-1","window":3}"#);
    let begun = Begun { id: "i".into(), server: ones(), ephemeral: ones(), nonce: ones() };
    pinned(begun, &format!(r#"{{"id":"i","server":"{ONES}","ephemeral":"{ONES}","nonce":"{ONES}"}}"#));
    pinned(Open { key: ones(), nonce: ones() }, &format!(r#"{{"key":"{ONES}","nonce":"{ONES}"}}"#));
    pinned(Progress::Waiting, r#"{"is":"waiting"}"#);
    pinned(Progress::Refused { text: text() }, &format!(r#"{{"is":"refused","text":{}}}"#, super::fixtures::TEXT));
    pinned(Progress::Approved { sealed: "00ff".into() }, r#"{"is":"approved","sealed":"00ff"}"#);
    pinned(Grant { name: "d".into(), window: Some(3), key: "k".into() }, r#"{"name":"d","window":3,"key":"k"}"#);
    pinned(Grant { name: "d".into(), window: None, key: "k".into() }, r#"{"name":"d","key":"k"}"#);
    pinned(Challenge { key: ones() }, &format!(r#"{{"key":"{ONES}"}}"#));
    pinned(Proof { proof: ones() }, &format!(r#"{{"proof":"{ONES}"}}"#));
    for wrong in [&ONES[1..], &ONES.replace('1', "g"), "", &format!("{ONES}01")] {
        refused::<Challenge>(&format!(r#"{{"key":"{wrong}"}}"#));
    }
    refused::<Open>(&format!(r#"{{"key":"{ONES}","nonce":"{ONES}","more":1}}"#));
}

#[test]
fn what_managers_see_and_say_of_devices_that_enrol() {
    let row = EnrolRow { id: "i".into(), about: about(), from: "10.0.0.7".into(), left_s: 9, tries_left: 3 };
    let about = r#"{"role":"display","program":"p 1","machine":"m"}"#;
    pinned(row, &format!(r#"{{"id":"i","about":{about},"from":"10.0.0.7","left_s":9,"tries_left":3}}"#));
    let approve = Approve { digits: "482913".into(), name: "d".into(), window: Some(3), replace: true };
    pinned(approve, r#"{"digits":"482913","name":"d","window":3,"replace":true}"#);
    let bare = Approve { digits: "482913".into(), name: "d".into(), window: None, replace: false };
    read_as(r#"{"digits":"482913","name":"d"}"#, bare);
    pinned(Revoke { device: "d".into() }, r#"{"device":"d"}"#);
}
