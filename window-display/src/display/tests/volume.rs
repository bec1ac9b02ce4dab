//! How loud a call is spoken, or not at all.

use super::*;

#[test]
fn the_volume_follows_the_halls_time_of_day_and_the_lane() {
    let profile = "name='d'\nserver='http://h:1'\nkey='k'\n[display]\nwindow=5\n[display.voice]\n\
                   volume=['06:00 80', '14:00 50']\nlane_volume=['B 60', 'C 0']\n";
    let profile = firmware_config::Profile::parse("p.toml".as_ref(), profile).unwrap();
    let firmware_config::Role::Display(device) = profile.role else { panic!("no display") };
    let volume = device.voice.volume;
    // While the time is not known it is as loud as it gets.
    assert_eq!(["A001", "B001", "C001"].map(|number| volume.at(number, None)), [80, 48, 0]);
    check_as(
        Setup { volume, panel: false, ..Setup::new(5, shanghai()) },
        "timer 5 s
         > 0 pulse
         > 0 leave 11 A012 until 2
         speak A012 window 5 call 11 Zh Once at 50 %
         > 8 voice-spoken 11
         send Spoken { call: 11 }
         > 9 leave 12 B012 until 11
         speak B012 window 5 call 12 Zh Once at 30 %",
    );
}

#[test]
fn a_muted_voice_breaks_off_and_gives_each_leave_back_at_once() {
    check_as(
        Setup { panel: false, ..Setup::new(5, shanghai()) },
        "timer 5 s
         > 0 leave 11 A012 until 2
         speak A012 window 5 call 11 Zh Once
         > 1 ready
         > 2 mute
         mute true
         send trouble: The voice is muted.
         > 2.1 voice-failed 11 The voice is muted.
         send failed 11: The voice is muted.
         send Voice { clock_ms: 2100 }
         > 2.2 mute
         > 2.3 leave 12 A013 until 4
         send failed 12: The voice is muted.
         > 3 ready
         send Voice { clock_ms: 3000 }
         > 4 unmute
         mute false
         send trouble: none
         > 5 leave 14 A014 until 7
         speak A014 window 5 call 14 Zh Once",
    );
}

#[test]
fn a_lane_at_volume_zero_gives_its_leave_back_instead_of_holding_the_floor_in_silence() {
    let profile = "name='d'\nserver='http://h:1'\nkey='k'\n[display]\nwindow=5\n[display.voice]\nlane_volume=['C 0']\n";
    let profile = firmware_config::Profile::parse("p.toml".as_ref(), profile).unwrap();
    let firmware_config::Role::Display(device) = profile.role else { panic!("no display") };
    check_as(
        Setup { volume: device.voice.volume, panel: false, ..Setup::new(5, shanghai()) },
        "timer 5 s
         > 0 leave 11 C012 until 2
         send failed 11 as wanted: its volume is 0 at this time, or for this lane
         > 1 leave 12 A012 until 3
         speak A012 window 5 call 12 Zh Once",
    );
}

#[test]
fn what_a_manager_mutes_breaks_off_and_the_next_leave_is_spoken() {
    check_as(
        Setup { panel: false, ..Setup::new(5, shanghai()) },
        "timer 5 s
         > 0 break-off 11
         > 0 leave 11 A012 until 2
         speak A012 window 5 call 11 Zh Once
         > 1 break-off 10
         > 1 break-off 11
         mute true
         > 1 break-off 11
         > 1 leave 12 A013 until 4
         send failed 12: the leave to speak came too late
         > 1.1 voice-failed 11 The voice is muted.
         mute false
         send failed 11 as wanted: a manager muted this zone
         > 2 leave 13 A014 until 4
         speak A014 window 5 call 13 Zh Once",
    );
}

#[test]
fn muted_at_the_device_as_well_it_stays_silent_until_both_are_over() {
    check_as(
        Setup { panel: false, ..Setup::new(5, shanghai()) },
        "timer 5 s
         > 0 leave 11 A012 until 2
         speak A012 window 5 call 11 Zh Once
         > 1 break-off 11
         mute true
         > 1 mute
         mute true
         send trouble: The voice is muted.
         > 1 unmute
         send trouble: none
         > 1.1 voice-failed 11 The voice is muted.
         mute false
         send failed 11 as wanted: a manager muted this zone
         > 2 leave 12 A013 until 4
         speak A013 window 5 call 12 Zh Once
         > 3 break-off 12
         mute true
         > 4 voice-spoken 12
         mute false
         send Spoken { call: 12 }",
    );
}

#[test]
fn times_are_those_of_the_hall_wherever_the_device_thinks_it_is() {
    check(
        "timer 5 s
         show 连接 Connecting
         > 0 zone 9
         > 0 up
         send trouble: none
         send Voice { clock_ms: 0 }
         > 0 view 10 idle
         show 05号窗口
         > 5 timer
         show 离线 15:00 Offline",
    );
}
