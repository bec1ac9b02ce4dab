//! Where everything is to be seen.

use std::net::SocketAddr;

use super::{
    World,
    setup::{FREE_WINDOW, MANAGER, YOU},
    visitors::Kiosk,
};
use crate::hall::PASSWORD;

/// All screens, with who signs in where.
pub fn tell(world: &World, server: SocketAddr, citizen: &str, data_dir: &std::path::Path) {
    let at = |path: &str| format!("http://{server}{path}");
    let mut rows = vec![("所有屏幕 all screens", at("/"))];
    rows.extend(world.kiosks.iter().map(|kiosk| ("取号机 kiosk", kiosk_page(kiosk))));
    rows.push(("A厅大屏 board of hall A", at("/board?zone=A")));
    rows.push(("B厅大屏 board of hall B", at("/board?zone=B")));
    rows.push(("3号窗口 window 3", at("/window?window=3")));
    rows.push(("办事人手机 a citizen's page", at(&format!("/t/{citizen}"))));
    rows.push(("管理员 manager", format!("{}   {MANAGER} / {PASSWORD}", at("/manager"))));
    let clerk = at(&format!("/clerk?window={FREE_WINDOW}"));
    rows.push(("您的窗口 your window", format!("{clerk}   {YOU} / {PASSWORD}")));
    let width = rows.iter().map(|(name, _)| columns(name)).max().unwrap_or(0);
    world.teller.say("");
    for (name, address) in rows {
        world.teller.say(&format!("  {name}{}  {address}", " ".repeat(width - columns(name))));
    }
    world.teller.say(&format!(
        "\n号单、语音、窗口屏和日志 slips, voice, panels and logs: {}\nCtrl-C 结束 stops everything.\n",
        data_dir.display()
    ));
}

/// The page of the one who came last: by now the first one is through.
pub fn tell_newest(world: &World, server: SocketAddr) {
    if let Some((number, token)) = world.ledger.newest() {
        let text = format!("刚取号的办事人 the page of {number}, who came just now: http://{server}/t/{token}");
        world.teller.say(&text);
    }
}

fn kiosk_page(kiosk: &Kiosk) -> String {
    format!("http://{}/", kiosk.address())
}

/// Columns in a terminal: a Chinese sign takes two.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}
