//! A manager gives the slip another look: what is wrong is said by line, the picture is true, and every dispenser takes it.

use protocol::{
    Subject, View,
    slip::{SlipComplaint, SlipInForce},
};
use serde_json::{Value, json};
use tests::client::{Client, Reply};
use tests::hall::{Hall, Setup};
use tests::process::Usage;
use tests::socket::Socket;

use crate::device::Dispenser;
use crate::refusals::is_refused;
use crate::until;

/// Number and mark of a reprint, and nothing else.
const BARE: &str = "[[element]]\nkind = 'text'\ntext = '{number}'\nsize_percent = 36\n\
                    [[element]]\nkind = 'text'\nzh = '{reprint}'\nen = '{reprint}'\nwhen = ['reprint']\n";
/// What a dispenser may take.
const DISPENSER_KIB_MAX: u64 = 25 * 1024;

fn draft(template: &str) -> Value {
    json!({ "template": template, "sample": "normal", "width_dots": 384 })
}

async fn preview(client: &mut Client, draft: &Value) -> Reply {
    client.post("/api/slip/preview", None, draft).await
}

async fn set(manager: &mut Client, template: &str, reason: &str) -> Reply {
    let key = tests::client::fresh_key();
    manager.post("/api/hall", Some(&key), &json!({ "act": "set_slip", "template": template, "reason": reason })).await
}

async fn in_force(manager: &mut Client) -> SlipInForce {
    serde_json::from_slice(&manager.get("/api/slip").await.body).unwrap()
}

/// Width and height of a PNG, from its head (ISO/IEC 15948).
fn size(png: &[u8]) -> (u32, u32) {
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"), "no PNG");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[tokio::test]
async fn a_template_is_shown_as_it_would_be_printed_and_its_faults_by_line() {
    let hall = Hall::start(Setup::default()).await;
    let mut manager = hall.manager().await;
    let before = in_force(&mut manager).await;
    assert_eq!((before.version, before.template == before.built_in), (0, true));
    let full = preview(&mut manager, &draft(&before.template)).await;
    let bare = preview(&mut manager, &draft(BARE)).await;
    assert_eq!((full.status, bare.status), (200, 200));
    let (full, bare) = (size(&full.body), size(&bare.body));
    assert!(full.0 == 384 && bare.0 == 384 && bare.1 * 2 < full.1, "{full:?} {bare:?}");
    let wrong = BARE.replace("36", "360").replace("{number}", "{nubmer}");
    let reply = preview(&mut manager, &draft(&wrong)).await;
    assert_eq!(reply.status, 422);
    let complaint: SlipComplaint = serde_json::from_slice(&reply.body).unwrap();
    let lines: Vec<u32> = complaint.problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [3, 4, 10], "{complaint:?}");
    assert!(complaint.text.zh.contains("第 3 行") && complaint.text.en.contains("{number}"), "{complaint:?}");
    is_refused(&set(&mut manager, &wrong, "r").await, 422, "bad_template", "a template with faults");
    is_refused(&set(&mut manager, BARE, " ").await, 422, "bad_reason", "no reason");
    assert_eq!(in_force(&mut manager).await, before);
    let mut odd = draft(BARE);
    odd["sample"] = json!("x");
    is_refused(&preview(&mut manager, &odd).await, 400, "bad_sample", "an unknown sample");
    odd = draft(BARE);
    odd["width_dots"] = json!(500);
    is_refused(&preview(&mut manager, &odd).await, 400, "bad_width", "an unknown width");
}

#[tokio::test]
async fn only_managers_see_and_change_it() {
    let hall = Hall::start(Setup::default()).await;
    let mut nobody = Client::connect(hall.address).await;
    is_refused(&nobody.get("/api/slip").await, 401, "unauthorised", "nobody");
    is_refused(&preview(&mut nobody, &draft(BARE)).await, 401, "unauthorised", "nobody");
    let mut clerk = hall.clerk(1).await;
    is_refused(&clerk.get("/api/slip").await, 403, "wrong_role", "a clerk");
    is_refused(&set(&mut clerk, BARE, "r").await, 403, "not_allowed", "a clerk");
    let mut dispenser = hall.dispenser(1).await;
    is_refused(&preview(&mut dispenser, &draft(BARE)).await, 403, "wrong_role", "a dispenser");
}

#[tokio::test]
async fn it_is_kept_with_who_and_why_and_the_one_before_is_one_act_away() {
    let mut hall = Hall::start(Setup::default()).await;
    let mut manager = hall.manager().await;
    assert_eq!(set(&mut manager, BARE, "换纸").await.status, 200);
    let other = format!("{BARE}[[element]]\nkind = 'rule'\n");
    assert_eq!(set(&mut manager, &other, "a line").await.status, 200);
    hall.kill();
    hall.run().await;
    let mut manager = hall.manager().await;
    let kept = in_force(&mut manager).await;
    assert_eq!((kept.version, kept.reason.as_str(), kept.by.is_empty()), (2, "a line", false));
    assert_eq!((kept.template.as_str(), kept.former.as_str()), (other.as_str(), BARE));
    assert_eq!(set(&mut manager, &kept.former, "back").await.status, 200);
    let back = in_force(&mut manager).await;
    assert_eq!((back.version, back.template.as_str()), (3, BARE));
    let mut dispenser = Socket::open(hall.address, Some(&hall.dispenser_keys[0]), Subject::Dispenser, None).await;
    let slip = |view: &View| match view {
        View::Dispenser(view) => view.slip.clone(),
        _ => None,
    };
    assert_eq!(dispenser.view(slip).await.as_ref(), BARE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispenser_prints_it_at_once_and_still_when_it_was_started_without_a_server() {
    let mut hall = Hall::start(Setup::default()).await;
    let mut dispenser = Dispenser::start(&hall).await;
    dispenser.is_online(true).await;
    dispenser.has_reserve().await;
    let printed = async |dispenser: &Dispenser| {
        dispenser.press().await;
        let newest = dispenser.device.files("slips", "png").into_iter();
        let newest = newest.max_by_key(|path| std::fs::metadata(path).unwrap().modified().unwrap()).unwrap();
        size(&std::fs::read(newest).unwrap()).1
    };
    let full = printed(&dispenser).await;
    let mut manager = hall.manager().await;
    assert_eq!(set(&mut manager, BARE, "r").await.status, 200);
    let template = async || dispenser.book().hall.and_then(|facts| facts.slip);
    until("the template is in the outbox", async || template().await.as_deref() == Some(BARE)).await;
    let bare = printed(&dispenser).await;
    assert!(bare * 2 < full, "{bare} {full}");
    hall.kill();
    dispenser.restart(|_| ()).await;
    let offline = printed(&dispenser).await;
    assert_eq!(offline, bare, "what was last heard holds");
    let usage = Usage::of(dispenser.device.pid()).unwrap();
    println!("a dispenser that printed takes {} KiB", usage.memory_kib);
    assert!(usage.memory_kib <= DISPENSER_KIB_MAX, "{usage:?}");
}
