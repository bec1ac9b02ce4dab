// Made from the Rust types of package protocol by its test `typescript`; not to be edited.

/** The version of the protocol. */
export const VERSION = 2;
/** Both sides send a pulse this often, ms. */
export const PULSE_MS = 2000;
/** Without a word for this long the other side counts as gone, ms. */
export const SILENCE_MS_MAX = 5000;
/** The longest idempotency key, characters. */
export const KEY_CHARS_MAX = 64;

/**
 * What a blank device says of itself. It is part of the digits: who changes it on the way changes them.
 */
export type About = { 
/**
 * What it is.
 */
role: DeviceRole, 
/**
 * Name and version of its program: `window-display 0.1.0`.
 */
program: string, 
/**
 * How its machine is called in the network.
 */
machine: string, 
/**
 * The name that its profile proposes.
 */
name?: string, 
/**
 * The window that its profile proposes.
 */
window?: number, };

/**
 * An order to print a slip again.
 */
export type Again = { 
/**
 * The dispenser.
 */
at: string, 
/**
 * Whether that one said that it did not come out there either; otherwise it is still to say.
 */
failed: boolean, };

/**
 * Something that needs somebody.
 */
export type Alarm = { 
/**
 * For programs: `not_shown`.
 */
code: string, 
/**
 * For people.
 */
text: Text, 
/**
 * Since when.
 */
since_ms: number, };

/**
 * Whether a call reached people.
 */
export type Announced = { 
/**
 * A display is connected.
 */
display: boolean, 
/**
 * It is on the panel.
 */
shown: boolean, 
/**
 * It was spoken to its end.
 */
spoken: boolean, 
/**
 * How far the voice has come; `None` = there is none for the window, as far as is known.
 */
speech?: Speech, };

/**
 * What came of an order that was done. The same order under the same key gets the same answer again.
 */
export type Answer = { "got": "ticket" } & TicketAnswer | { "got": "called", 
/**
 * Who, where.
 */
call: CallView, } | { "got": "leased", 
/**
 * `A051`.
 */
first: string, 
/**
 * `A100`.
 */
last: string, 
/**
 * The business day for which they hold: `2026-11-23`.
 */
day: string, } | { "got": "done", 
/**
 * Position in the journal.
 */
seq: number, };

/**
 * A manager approves a device.
 */
export type Approve = { 
/**
 * The six digits that the device shows.
 */
digits: string, 
/**
 * How it is called from now on.
 */
name: string, 
/**
 * The window above which a display hangs.
 */
window?: number, 
/**
 * Whether it takes the place of the device that has this name, whose key then opens nothing any more.
 */
replace?: boolean, };

/**
 * What is wanted.
 */
export type Attend = "identify" | "test" | "restart" | "log";

/**
 * What came of it.
 */
export type Attended = { 
/**
 * Whether it was done.
 */
done: boolean, 
/**
 * For people: what was done, or why not.
 */
text: Text, 
/**
 * The last lines of the log, oldest first, where they were wanted: up to [`LOG_LINES_MAX`].
 */
lines?: Array<string>, };

/**
 * Rules R2 to R6 and R8; what is left out has its default.
 */
export type Balance = { 
/**
 * R2: the part of each class in a turn; every class, or none = no ratio.
 */
ratio: { [key in Class]?: number }, 
/**
 * R3: windows that a class keeps.
 */
reserved: Array<Reserve>, 
/**
 * R4: zones.
 */
zones: ZoneRule, 
/**
 * R5: which free window gets the next ticket by auto-call.
 */
idle_pick: IdlePick, 
/**
 * R6: switches.
 */
switches: Array<Switch>, 
/**
 * R8: the windows that are given the next ticket without a press.
 */
auto_call: Array<number>, };

/**
 * A zone's board, or the whole hall's.
 */
export type BoardView = { 
/**
 * The name of the zone or hall.
 */
name: Text, 
/**
 * Whether numbers are given out.
 */
open: boolean, 
/**
 * The last announcements, newest first; one a ticket.
 */
calls: Array<CallView>, 
/**
 * The windows of the zone.
 */
windows: Array<WindowView>, 
/**
 * The queues.
 */
lanes: Array<LaneView>, 
/**
 * The last notice there, however old; none since the server was started = left out.
 */
notice?: NoticeView, };

/**
 * A call, as it is shown and spoken.
 */
export type CallView = { 
/**
 * Names the announcement: its position in the journal. A recall has a new one.
 */
seq: number, 
/**
 * `A001`.
 */
number: string, 
/**
 * Where to.
 */
window: number, 
/**
 * The window's zone.
 */
zone: string, 
/**
 * When it was announced.
 */
at_ms: number, 
/**
 * 0 = the call, 1 = the first recall.
 */
recalls: number, 
/**
 * How the holder wants to be called.
 */
language: Language, };

/**
 * What is otherwise; what is left out is as it was.
 */
export type Change = { 
/**
 * All rules.
 */
rules?: Rules, 
/**
 * How many windows of a lane are open in a part of the day.
 */
open: Array<OpenWindows>, 
/**
 * When windows are open; a window that is named here has no other times.
 */
hours: Array<WindowHours>, };

/**
 * Why somebody was called.
 */
export type ChoiceRow = { 
/**
 * Who, where, when.
 */
call: CallView, 
/**
 * Why, in one sentence.
 */
why: Text, };

/**
 * The holder's own wish.
 */
export type CitizenAct = "cancel" | "rejoin";

/**
 * How a ticket competes.
 */
export type Class = "normal" | "returning" | "priority" | "appointment";

/**
 * Waits of a class.
 */
export type ClassFigures = { 
/**
 * Which.
 */
class: Class, 
/**
 * Their waits.
 */
waits: WaitFigures, };

/**
 * `score = offset + rate × wait` of one class.
 */
export type ClassRule = { 
/**
 * Which class.
 */
class: Class, 
/**
 * Head start, seconds.
 */
offset_s: number, 
/**
 * Growth with the wait, thousandths.
 */
rate_milli: number, 
/**
 * Who waited longer is served first come first served before all others, seconds.
 */
cap_s: number, };

/**
 * A clerk's console.
 */
export type ClerkView = { 
/**
 * The window.
 */
window: WindowView, 
/**
 * Who sits there.
 */
clerk: string | null, 
/**
 * Whether it is this console that sits there.
 */
mine: boolean, 
/**
 * Since when the window does what it does.
 */
since_ms: number, 
/**
 * Why it is paused.
 */
pause_reason: string | null, 
/**
 * Who is called or served.
 */
current: VisitView | null, 
/**
 * Whether the call was shown and spoken.
 */
announced: Announced, 
/**
 * Recalls that are missing before the holder may be marked as absent.
 */
recalls_missing: number, 
/**
 * The earliest time of the next recall.
 */
recall_at_ms: number, 
/**
 * Who would be called next from here, in order; the first [`ClerkView::LISTED_MAX`].
 */
waiting: Array<VisitView>, 
/**
 * How many this window may call.
 */
waiting_total: number, 
/**
 * Who waits aside, fetches a paper or did not come; the last [`ClerkView::LISTED_MAX`].
 */
aside: Array<VisitView>, 
/**
 * Visits that ended here today.
 */
served: number, 
/**
 * Their mean time, seconds.
 */
mean_service_s: number, 
/**
 * Where a visit can be sent.
 */
lanes: Array<LaneView>, 
/**
 * The windows that are open.
 */
open_windows: Array<number>, 
/**
 * Living visits whose slip may not have come out.
 */
unprinted?: Array<UnprintedRow>, 
/**
 * The kinds of business that the hall tells apart.
 */
items?: Array<ItemName>, };

/**
 * A clip that the server rendered: `GET /api/speech/LANGUAGE/NAME`.
 */
export type ClipRef = { 
/**
 * Of which language.
 */
language: Language, 
/**
 * The first 16 hexadecimal digits of the SHA-256 of its text.
 */
name: string, 
/**
 * The SHA-256 of its bytes, hexadecimal.
 */
sha256: string, };

/**
 * What would a day have been, had something been otherwise?
 */
export type Compare = { 
/**
 * Which people come.
 */
people: People, 
/**
 * What is otherwise.
 */
change: Change, 
/**
 * Who waits longer waited too long, seconds.
 */
target_s: number, 
/**
 * How often each day is played with service times that are drawn anew from the recorded ones; 0 = once, as they were.
 */
draws: number, };

/**
 * A day as it was and as it would have been.
 */
export type Comparison = { 
/**
 * Who waits longer waited too long, seconds.
 */
target_s: number, 
/**
 * Replays of each side.
 */
runs: number, 
/**
 * From the end of a visit to the next call, ms.
 */
press_gap_ms: number, 
/**
 * What must be known to read the figures.
 */
notes: Array<Text>, 
/**
 * What really happened to the same people; none for made-up ones.
 */
recorded?: WaitFigures, 
/**
 * Replayed under the rules and with the windows as they were.
 */
base: DayFigures, 
/**
 * Replayed with the change.
 */
changed: DayFigures, };

/**
 * A day in the store: waits by half hour of arrival, and times at windows.
 */
export type DayCourse = { 
/**
 * The day.
 */
day: string, 
/**
 * By half hour of arrival; those who still wait count with the wait so far.
 */
half_hours: Array<HalfHour>, 
/**
 * Time at windows of those who were served.
 */
services: Array<ServiceRow>, };

/**
 * A day in figures.
 */
export type DayFigures = { 
/**
 * Everybody.
 */
all: WaitFigures, 
/**
 * By class; those that nobody was in are left out.
 */
classes: Array<ClassFigures>, 
/**
 * By lane.
 */
lanes: Array<LaneFigures>, 
/**
 * By the zone of the window.
 */
zones: Array<ZoneFigures>, 
/**
 * The windows that were open.
 */
windows: Array<WindowFigures>, 
/**
 * Coefficient of variation of the windows' counts.
 */
served_cv: number, 
/**
 * Coefficient of variation of their busy times.
 */
busy_cv: number, 
/**
 * By half hour of arrival, from the first to the last with somebody.
 */
half_hours: Array<HalfHour>, };

/**
 * What a device is.
 */
export type DeviceRole = "dispenser" | "display" | "speaker" | "terminal";

/**
 * A device, for managers.
 */
export type DeviceRow = { 
/**
 * Its name.
 */
name: string, 
/**
 * What it is.
 */
role: DeviceRole, 
/**
 * Whether it is connected.
 */
connected: boolean, 
/**
 * What is wrong with it.
 */
trouble: Text | null, 
/**
 * Numbers of today that it may yet give out by itself, and that no other dispenser gets.
 */
reserved: number, 
/**
 * How its machine is, as it said last.
 */
health?: Health, 
/**
 * The last call that it put on its panel.
 */
shown?: ShownRow, 
/**
 * When a device that is not connected was heard last.
 */
seen_ms?: number, };

/**
 * What a dispenser must know.
 */
export type DispenserView = { 
/**
 * The hall's name.
 */
hall: Text, 
/**
 * Where the citizen's page is: `http://hall.example:8080/t/`, the token follows.
 */
ticket_url: string, 
/**
 * The business day: `2026-11-23`.
 */
day: string | null, 
/**
 * Whether numbers are given out.
 */
open: boolean, 
/**
 * The queues that are offered.
 */
lanes: Array<LaneView>, 
/**
 * The zones' names, by letter.
 */
zones: Array<ZoneName>, 
/**
 * The template of slips that a manager put in force, TOML; `None` = the one that is built in.
 */
slip?: string | null, };

/**
 * A device that waits, for managers. The digits are not here: they are read at the device.
 */
export type EnrolRow = { 
/**
 * Names it.
 */
id: string, 
/**
 * What it says of itself.
 */
about: About, 
/**
 * The address from which it asks, if it is known.
 */
from: string, 
/**
 * So long it will wait yet, seconds.
 */
left_s: number, 
/**
 * So often digits may yet be typed for it.
 */
tries_left: number, };

/**
 * How right the forecasts of a day were: the wait that was told with a number against the one that came.
 */
export type ForecastRow = { 
/**
 * The day: `2026-11-23`.
 */
day: string, 
/**
 * Visits that were told a wait and were called.
 */
visits: number, 
/**
 * Mean error, seconds; above 0 = too much was foretold.
 */
bias_s: number, 
/**
 * Root of the mean squared error, seconds.
 */
rms_error_s: number, 
/**
 * Of a hundred, how many waited no longer than foretold for four in five.
 */
within_p80_percent: number, };

/**
 * How much of an announcement is spoken. The more calls wait in a zone, the less each gets.
 */
export type Form = "full" | "once" | "short";

/**
 * From a screen or device to the server.
 */
export type FromClient = { "say": "hello", 
/**
 * The protocol's version, see [`crate::VERSION`].
 */
version: number, 
/**
 * Name and version of the program, for the log: `window-display 0.1.0`.
 */
program: string, 
/**
 * What it wants to see.
 */
subject: Subject, 
/**
 * The last sequence number that it saw, to get what it missed.
 */
resume_from?: number, } | { "say": "pulse" } | { "say": "do", 
/**
 * Names this wish: sent again under the same key, it gets the first answer again.
 */
key: string, 
/**
 * What.
 */
order: Order, } | { "say": "shown", 
/**
 * [`CallView::seq`] of the call.
 */
call: number, } | { "say": "voice", 
/**
 * What its own clock shows: any clock that never goes back.
 */
clock_ms: number, 
/**
 * Whether it understands [`FromServer::BreakOff`], [`FromServer::Prepare`] and [`FromServer::Say`]; who does not must
 * never hear them.
 */
more?: boolean, } | { "say": "speaking", 
/**
 * [`CallView::seq`] of the call.
 */
call: number, 
/**
 * How long it will sound.
 */
lasts_ms: number, } | { "say": "spoken", 
/**
 * [`CallView::seq`] of the call.
 */
call: number, } | { "say": "failed", 
/**
 * [`CallView::seq`] of the call.
 */
call: number, 
/**
 * For people.
 */
why: Text, 
/**
 * Nothing is wrong: somebody wants it silent.
 */
wanted?: boolean, } | { "say": "trouble", 
/**
 * What.
 */
trouble: Text | null, } | { "say": "health", 
/**
 * How.
 */
health: Health, } | { "say": "attended", 
/**
 * Its key.
 */
key: string, 
/**
 * What.
 */
attended: Attended, } | { "say": "slips", 
/**
 * Whether a slip would come out now.
 */
prints: boolean, 
/**
 * Slips that may not be out, and that will not come out here soon, in the order of issue.
 */
unprinted: Array<UnprintedSlip>, } | { "say": "printed", 
/**
 * Its key.
 */
key: string, 
/**
 * Whether the slip is out, and whole.
 */
whole: boolean, };

/**
 * From the server to a screen or device.
 */
export type FromServer = { "say": "welcome", 
/**
 * The version that both speak.
 */
version: number, 
/**
 * The hall's name.
 */
hall: Text, 
/**
 * The hall's time zone, by its IANA name: `Asia/Shanghai`.
 */
time_zone: string, 
/**
 * The hall's time now.
 */
now_ms: number, } | { "say": "view", 
/**
 * Position in the journal that it shows; never falls.
 */
seq: number, 
/**
 * The hall's time when it was made.
 */
now_ms: number, 
/**
 * The whole view.
 */
view: View, } | { "say": "missed", 
/**
 * The call.
 */
call: CallView, } | { "say": "attend", 
/**
 * Names it, up to 64 characters.
 */
key: string, 
/**
 * What.
 */
what: Attend, } | { "say": "print", 
/**
 * Names it, up to 64 characters.
 */
key: string, 
/**
 * What stands on it, beside what every dispenser knows.
 */
ticket: TicketAnswer, 
/**
 * How it competes.
 */
class: Class, 
/**
 * How its holder wants to be called.
 */
language: Language, } | { "say": "printed_elsewhere", 
/**
 * `2026-11-23/A001`.
 */
ticket: string, } | { "say": "ready" } | { "say": "speak", 
/**
 * The call, of whatever window.
 */
call: CallView, 
/**
 * How much of it.
 */
form: Form, 
/**
 * Not to be begun when the voice's own clock shows more: another has its turn then.
 */
until_ms: number, } | { "say": "prepare", 
/**
 * All that may be wanted.
 */
clips: Array<ClipRef>, } | { "say": "say", 
/**
 * What.
 */
notice: NoticeView, 
/**
 * Not to be begun when the voice's own clock shows more.
 */
until_ms: number, } | { "say": "break_off", 
/**
 * [`CallView::seq`] of the call.
 */
call: number, } | { "say": "pulse", 
/**
 * The hall's time now.
 */
now_ms: number, } | { "say": "answer", 
/**
 * The order's key.
 */
key: string, 
/**
 * What came of it.
 */
answer: Answer, } | { "say": "refused", 
/**
 * The order's key; `None` when it concerns the conversation as a whole.
 */
key?: string, 
/**
 * Why.
 */
refused: Refused, };

/**
 * Those who came in a half hour.
 */
export type HalfHour = { 
/**
 * Its beginning, minutes since midnight.
 */
from_min: number, 
/**
 * How many came and were served, per replay.
 */
visits: number, 
/**
 * Their mean wait, seconds.
 */
mean_s: number, 
/**
 * 95 in 100 of them waited no longer, seconds.
 */
p95_s: number, };

/**
 * The hall as a whole.
 */
export type HallAct = { "act": "open_day" } | { "act": "close_day" } | { "act": "set_rules", 
/**
 * All rules.
 */
rules: Rules, 
/**
 * Why.
 */
reason: string, } | { "act": "set_slip", 
/**
 * TOML; `docs/SLIP.md` explains it.
 */
template: string, 
/**
 * Why.
 */
reason: string, } | { "act": "mute", 
/**
 * Which; left out = all.
 */
zone?: string, 
/**
 * Whether they are to be silent.
 */
muted: boolean, 
/**
 * Why.
 */
reason: string, } | { "act": "announce", 
/**
 * Where; left out = everywhere.
 */
zone?: string, 
/**
 * In Chinese, and in English where that is not empty.
 */
text: Text, } | { "act": "void_lease", 
/**
 * Its name.
 */
device: string, };

/**
 * How a device's machine is; what it can't tell is left out.
 */
export type Health = { 
/**
 * Name and version of the program: `window-display 0.1.0`.
 */
program: string, 
/**
 * How long the machine has been running, s.
 */
up_s: number, 
/**
 * Of the processor, °C.
 */
temperature_c?: number, 
/**
 * Whether the power supply is too weak at this moment; a Raspberry Pi knows.
 */
under_voltage?: boolean, 
/**
 * What is free where it keeps what must not be lost, percent.
 */
disk_free_percent?: number, 
/**
 * What is free of the memory, percent.
 */
memory_free_percent?: number, 
/**
 * How good its radio link is, percent; a cable says nothing.
 */
link_percent?: number, 
/**
 * A voice above a window without a panel of its own: something else shows the calls there, and nothing is missed when it does not.
 */
voice_alone?: boolean, };

/**
 * R5: which free window gets the next ticket.
 */
export type IdlePick = "longest_idle" | "fewest_accepted" | "least_busy" | "lowest_number";

/**
 * A mean over replays, and half the width of its 95 % confidence interval.
 */
export type Interval = { 
/**
 * The mean.
 */
mean: number, 
/**
 * With 95 % confidence the true mean is not farther from it; none with a single replay.
 */
plus_minus?: number, };

/**
 * A number to be given out.
 */
export type IssueOrder = { 
/**
 * For which queue.
 */
lane: Lane, 
/**
 * How it competes.
 */
class: Class, 
/**
 * How its holder wants to be called.
 */
language: Language, 
/**
 * The appointed time, for class `appointment`.
 */
appointment_at_ms?: number, 
/**
 * Whether the holder is in the hall already; a booking portal says `false`, and a check-in follows.
 */
present: boolean, 
/**
 * Who it is for: 32 hexadecimal digits that a dispenser makes of a card with a secret, never the card's number. While the
 * ticket that this visitor got today lives, the answer is that ticket again.
 */
visitor?: string, 
/**
 * The kind of business, where it is known: one of the hall's list, such as `tax-new`.
 */
item?: string, };

/**
 * A kind of business.
 */
export type ItemName = { 
/**
 * As in orders: `tax-new`.
 */
item: string, 
/**
 * Its name.
 */
name: Text, };

/**
 * A call for the staff.
 */
export type KioskHelp = "told" | "unreached";

/**
 * From the page: somebody pressed.
 */
export type KioskPress = { 
/**
 * For which queue.
 */
lane: Lane, 
/**
 * How it competes.
 */
class: Class, 
/**
 * How the holder wants to be called.
 */
language: Language, };

/**
 * From the page: a card or code was read by a reader that types like a keyboard.
 */
export type KioskScan = { 
/**
 * What was read.
 */
text: ScanText, 
/**
 * How the holder wants to be called.
 */
language: Language, };

/**
 * What is on the kiosk's screen.
 */
export type KioskScreen = { "screen": "ready" } | { "screen": "working" } | { "screen": "taken" } & KioskTaken | { "screen": "closed" } | { "screen": "trouble", 
/**
 * For people.
 */
text: Text, };

/**
 * To the page: what to show.
 */
export type KioskState = { 
/**
 * The hall's name.
 */
hall: Text, 
/**
 * Whether the server answers; numbers are given out either way.
 */
online: boolean, 
/**
 * The queues that are offered.
 */
lanes: Array<LaneView>, 
/**
 * What is on the screen.
 */
screen: KioskScreen, 
/**
 * Whether there is a reader for cards and codes.
 */
reader?: boolean, 
/**
 * Whether a card was read for the next press.
 */
card?: boolean, 
/**
 * Why what was read just now can't be used; a number can be had without a card.
 */
unreadable?: Text, 
/**
 * Whether somebody at the office looks for this dispenser.
 */
here?: boolean, 
/**
 * Whether somebody called for the staff, and what came of it.
 */
help?: KioskHelp, };

/**
 * A number that was just given out.
 */
export type KioskTaken = { 
/**
 * `A001`.
 */
number: string, 
/**
 * Which queue.
 */
lane: Lane, 
/**
 * Where to wait; unknown when cut off.
 */
zone: Text | null, 
/**
 * Tickets before; unknown when cut off.
 */
ahead: number | null, 
/**
 * The expected wait; unknown when cut off.
 */
wait: WaitRange | null, 
/**
 * The citizen's page, as the slip's QR code has it.
 */
url: string, 
/**
 * Whether it was given out while cut off from the server.
 */
offline: boolean, 
/**
 * Whether the visitor had got it before.
 */
reprint?: boolean, };

/**
 * A queue for one kind of window.
 */
export type Lane = "acceptance" | "issuing" | "consulting";

/**
 * Waits of a lane.
 */
export type LaneFigures = { 
/**
 * Which.
 */
lane: Lane, 
/**
 * Their waits.
 */
waits: WaitFigures, };

/**
 * A queue in figures.
 */
export type LaneView = { 
/**
 * Which.
 */
lane: Lane, 
/**
 * Its name.
 */
name: Text, 
/**
 * How many wait.
 */
waiting: number, 
/**
 * How many windows serve it now.
 */
open_windows: number, 
/**
 * The wait if you came now.
 */
wait: WaitRange | null, };

/**
 * How a ticket's holder wants to be called.
 */
export type Language = "zh" | "en";

/**
 * Everything, for managers.
 */
export type ManagerView = { 
/**
 * The business day.
 */
day: string | null, 
/**
 * Whether numbers are given out.
 */
open: boolean, 
/**
 * The queues.
 */
lanes: Array<LaneView>, 
/**
 * The longest present wait, seconds.
 */
longest_wait_s: number, 
/**
 * Numbers given out today.
 */
issued: number, 
/**
 * Visits served today.
 */
finished: number, 
/**
 * Visits that ended without service today.
 */
unserved: number, 
/**
 * Mean wait of those called today, seconds.
 */
mean_wait_s: number, 
/**
 * Mean service today, seconds.
 */
mean_service_s: number, 
/**
 * How right the forecasts of the last days were, newest first; days without any are left out.
 */
forecasts?: Array<ForecastRow>, 
/**
 * The windows.
 */
windows: Array<WindowRow>, 
/**
 * The devices that are known.
 */
devices: Array<DeviceRow>, 
/**
 * What needs somebody.
 */
alarms: Array<Alarm>, 
/**
 * The last choices, newest first.
 */
choices: Array<ChoiceRow>, 
/**
 * The rules in force.
 */
rules: Rules, 
/**
 * Living visits whose slip may not have come out.
 */
unprinted?: Array<UnprintedRow>, 
/**
 * The zones and their voices.
 */
zones?: Array<ZoneRow>, 
/**
 * Notices of the hall's settings.
 */
notices?: Array<NoticeRow>, 
/**
 * Blank devices that wait to be let in.
 */
enrolments?: Array<EnrolRow>, };

/**
 * Who wants a zone silent.
 */
export type MutedBy = { 
/**
 * The manager.
 */
by: string, 
/**
 * Why.
 */
reason: string, 
/**
 * Since when.
 */
since_ms: number, };

/**
 * How many windows does the next hour need?
 */
export type NextHour = { 
/**
 * Which lane.
 */
lane: Lane, 
/**
 * 95 in 100 are to wait no longer, seconds.
 */
target_s: number, };

/**
 * A notice that can be announced.
 */
export type NoticeRow = { 
/**
 * What.
 */
text: Text, 
/**
 * Whether it is rendered; otherwise only the chime is heard.
 */
ready: boolean, };

/**
 * A notice, as it is shown and spoken.
 */
export type NoticeView = { 
/**
 * Names the announcement: its position in the journal.
 */
seq: number, 
/**
 * In which zone.
 */
zone: string, 
/**
 * When it was wanted.
 */
at_ms: number, 
/**
 * What; English may be empty.
 */
text: Text, };

/**
 * A ticket that was given out while the dispenser was cut off.
 */
export type OfflineIssue = { 
/**
 * `2026-11-23/A951`, from this dispenser's reserve of that day.
 */
ticket: string, 
/**
 * How it competes.
 */
class: Class, 
/**
 * How its holder wants to be called.
 */
language: Language, 
/**
 * The secret name in the slip's QR code, made by the dispenser.
 */
token: string, 
/**
 * When it was printed, by the dispenser's clock.
 */
at_ms: number, 
/**
 * Whom it was for, as in [`IssueOrder::visitor`].
 */
visitor?: string, };

/**
 * So many windows of a lane are open in a part of the day: first those that were open, then by number.
 */
export type OpenWindows = { 
/**
 * Which lane.
 */
lane: Lane, 
/**
 * From when, minutes since midnight.
 */
from_min: number, 
/**
 * Until when, minutes since midnight.
 */
until_min: number, 
/**
 * How many.
 */
windows: number, };

/**
 * Everything that can be asked.
 */
export type Order = { "order": "issue" } & IssueOrder | { "order": "lease", 
/**
 * For which lane.
 */
lane: Lane, 
/**
 * How many.
 */
count: number, } | { "order": "merge", 
/**
 * In the order of issue.
 */
issued: Array<OfflineIssue>, } | { "order": "reprint", 
/**
 * `2026-11-23/A001`.
 */
ticket: string, 
/**
 * The name of the dispenser that prints it.
 */
at: string, } | { "order": "window", 
/**
 * Which.
 */
window: number, 
/**
 * The clerk's console; a manager leaves it empty.
 */
console: string, 
/**
 * What.
 */
act: WindowAct, } | { "order": "visit", 
/**
 * `2026-11-23/A001`.
 */
ticket: string, 
/**
 * What.
 */
act: VisitAct, } | { "order": "citizen", 
/**
 * The secret name from the slip's QR code.
 */
token: string, 
/**
 * What.
 */
act: CitizenAct, } | { "order": "hall" } & HallAct;

/**
 * A day on which somebody came.
 */
export type PastDay = { 
/**
 * The day.
 */
day: string, 
/**
 * Numbers given out.
 */
issued: number, 
/**
 * Mean first wait, seconds.
 */
mean_wait_s: number, };

/**
 * The last days on which somebody came, newest first.
 */
export type PastDays = { 
/**
 * The days.
 */
days: Array<PastDay>, };

/**
 * Rules that take the place of others; what is left out stays.
 */
export type Patch = { 
/**
 * R1, for the classes named.
 */
classes: Array<ClassRule>, 
/**
 * R2; none = as it is.
 */
ratio: { [key in Class]?: number }, 
/**
 * R3; an empty list keeps nothing.
 */
reserved: Array<Reserve> | null, 
/**
 * R4.
 */
zones: ZoneRule | null, 
/**
 * R5.
 */
idle_pick: IdlePick | null, };

/**
 * Which people come.
 */
export type People = { "from": "days", 
/**
 * The business days, `2026-11-23`; of several the mean is shown.
 */
days: Array<string>, } | { "from": "made", 
/**
 * Which lane they want.
 */
lane: Lane, 
/**
 * How many come.
 */
visits: number, 
/**
 * From when, minutes since midnight.
 */
from_min: number, 
/**
 * Until when, minutes since midnight.
 */
until_min: number, 
/**
 * Mean time at a window, seconds.
 */
service_s: number, 
/**
 * Its coefficient of variation, hundredths.
 */
cv_percent: number, };

/**
 * Rules with a name. What holds for no-shows, and which windows call by themselves, is as it is now.
 */
export type Preset = { 
/**
 * The name.
 */
name: Text, 
/**
 * The rules.
 */
rules: Rules, };

/**
 * Why an order was refused; nothing changed.
 */
export type Refused = { 
/**
 * For programs: `nobody_waiting`.
 */
code: string, 
/**
 * For people.
 */
text: Text, };

/**
 * R3: a class keeps some windows of each lane.
 */
export type Reserve = { 
/**
 * For whom.
 */
class: Class, 
/**
 * How many.
 */
windows: number, 
/**
 * Who has waited so long may take them after all, seconds; without it the rules are refused.
 */
release_after_s: number | null, };

/**
 * A manager revokes a device.
 */
export type Revoke = { 
/**
 * Which.
 */
device: string, };

/**
 * What a manager tunes: rules R1 and R7, and the others in `balance`.
 */
export type Rules = { 
/**
 * How each class competes; every class once.
 */
classes: Array<ClassRule>, 
/**
 * Recalls before a holder may be marked as absent.
 */
recalls: number, 
/**
 * Least time between two announcements of one call, seconds.
 */
recall_gap_s: number, 
/**
 * Within this time an absent holder may come back, seconds.
 */
grace_s: number, 
/**
 * Added to the arrival of one who came back, seconds.
 */
penalty_s: number, 
/**
 * The other rules; left out = as by default.
 */
balance?: Balance, };

/**
 * The rules as they were, newest first, and rules to begin with.
 */
export type RulesBook = { 
/**
 * Every change, newest first.
 */
changes: Array<RulesChange>, 
/**
 * Rules with a name.
 */
presets: Array<Preset>, };

/**
 * A change of the rules.
 */
export type RulesChange = { 
/**
 * When, ms since 1970.
 */
at_ms: number, 
/**
 * By whom; none = the server.
 */
by: string | null, 
/**
 * Why.
 */
reason: string, 
/**
 * All rules from then on.
 */
rules: Rules, };

/**
 * What a reader read, perhaps the number of somebody's card: it goes nowhere but to the dispenser, and into no log.
 */
export type ScanText = string;

/**
 * Time at windows of some visits.
 */
export type ServiceRow = { 
/**
 * Of which lane, if they are of one.
 */
lane: Lane | null, 
/**
 * Of which class, if they are of one.
 */
class: Class | null, 
/**
 * At which window they ended, if at one.
 */
window: number | null, 
/**
 * Of which item, if they are of one; then the lane is that item's.
 */
item?: ItemName, 
/**
 * How many were finished.
 */
visits: number, 
/**
 * Their mean time at windows, seconds.
 */
mean_s: number, 
/**
 * Half took no longer, seconds.
 */
p50_s: number, 
/**
 * 95 in 100 took no longer, seconds.
 */
p95_s: number, };

/**
 * A call on a panel, as the device reported it.
 */
export type ShownRow = { 
/**
 * `A001`.
 */
number: string, 
/**
 * When it was reported.
 */
at_ms: number, };

/**
 * Why a template can't be used: a [`crate::Refused`] that also says where.
 */
export type SlipComplaint = { 
/**
 * For programs: `bad_template`.
 */
code: string, 
/**
 * Everything at once, for people.
 */
text: Text, 
/**
 * One by one, in the order of the lines.
 */
problems: Array<SlipProblem>, };

/**
 * A template to be looked at.
 */
export type SlipDraft = { 
/**
 * TOML.
 */
template: string, 
/**
 * One of [`SlipInForce::samples`].
 */
sample: string, 
/**
 * 576 (80 mm paper) or 384 (58 mm).
 */
width_dots: number, };

/**
 * The template in force, and how it came.
 */
export type SlipInForce = { 
/**
 * Counts the changes; 0 = the built-in one was never replaced.
 */
version: number, 
/**
 * TOML.
 */
template: string, 
/**
 * Why it came, in the manager's words.
 */
reason: string, 
/**
 * Who put it in force.
 */
by: string, 
/**
 * Since when.
 */
at_ms: number, 
/**
 * The one before.
 */
former: string, 
/**
 * The one that is built in.
 */
built_in: string, 
/**
 * The kinds of slip that can be shown.
 */
samples: Array<string>, };

/**
 * One thing that is wrong with a template.
 */
export type SlipProblem = { 
/**
 * The line, from 1.
 */
line: number, 
/**
 * What is wrong, and what to do.
 */
text: Text, };

/**
 * How far the announcement of a call by voice has come.
 */
export type Speech = "queued" | "speaking" | "spoken" | "failed" | "muted";

/**
 * How many windows are needed.
 */
export type Staffing = { 
/**
 * Which lane.
 */
lane: Lane, 
/**
 * From when, minutes since midnight.
 */
from_min: number, 
/**
 * Until when, minutes since midnight.
 */
until_min: number, 
/**
 * The target, seconds.
 */
target_s: number, 
/**
 * The least number of windows that keeps the target; none = all of them are not enough.
 */
needed: number | null, 
/**
 * Windows of the lane that there are.
 */
windows: number, 
/**
 * Windows of the lane that are open now, for the next hour.
 */
open?: number, 
/**
 * How many come, per replay.
 */
arrivals: number, 
/**
 * What was tried, by number of windows.
 */
tried: Array<Tried>, 
/**
 * What must be known to read the figures.
 */
notes: Array<Text>, };

/**
 * Where a visit is.
 */
export type Stage = "issued" | "waiting" | "called" | "serving" | "parked" | "supplement" | "no_show" | "finished" | "cancelled" | "left" | "expired";

/**
 * What a connection shows.
 */
export type Subject = { "of": "board", 
/**
 * Which zone; `None` = all.
 */
zone?: string, } | { "of": "window", 
/**
 * Which.
 */
window: number, } | { "of": "display", 
/**
 * Which.
 */
window: number, } | { "of": "speaker" } | { "of": "dispenser" } | { "of": "clerk", 
/**
 * Which.
 */
window: number, 
/**
 * A random name of the browser tab.
 */
console: string, } | { "of": "manager" } | { "of": "ticket", 
/**
 * The secret name from the slip's QR code.
 */
token: string, };

/**
 * R6: while something is so, some rules are others.
 */
export type Switch = { 
/**
 * Its name; no two have the same.
 */
name: string, 
/**
 * What must be so.
 */
when: When, 
/**
 * How long it stays as it is at least, seconds.
 */
dwell_s: number, 
/**
 * What holds then.
 */
then: Patch, };

/**
 * A sentence in Chinese and in English.
 */
export type Text = { 
/**
 * Chinese.
 */
zh: string, 
/**
 * English.
 */
en: string, };

/**
 * A number that was given out.
 */
export type TicketAnswer = { 
/**
 * `2026-11-23/A001`.
 */
ticket: string, 
/**
 * `A001`.
 */
number: string, 
/**
 * Which queue.
 */
lane: Lane, 
/**
 * Where to wait; `None` before the check-in.
 */
zone: string | null, 
/**
 * Tickets that will be called before.
 */
ahead: number, 
/**
 * The expected wait; `None` when no window is open.
 */
wait: WaitRange | null, 
/**
 * The secret name of the citizen's page, `/t/{token}`.
 */
token: string, 
/**
 * When it was given out.
 */
at_ms: number, 
/**
 * Whether this visitor had got it before: its slip says "reprint".
 */
reprint?: boolean, };

/**
 * One visit, for its holder.
 */
export type TicketView = { 
/**
 * `A001`.
 */
number: string, 
/**
 * Which queue.
 */
lane: Lane, 
/**
 * Its name.
 */
lane_name: Text, 
/**
 * Where to wait.
 */
zone_name: Text, 
/**
 * Where the visit is.
 */
stage: Stage, 
/**
 * Tickets that will be called before; while waiting.
 */
ahead: number | null, 
/**
 * The expected wait; while waiting and a window is open.
 */
wait: WaitRange | null, 
/**
 * Where to go, while called or served.
 */
window: number | null, 
/**
 * When it was announced.
 */
called_at_ms: number | null, 
/**
 * Until when a holder who was absent may come back.
 */
grace_until_ms: number | null, 
/**
 * What is missing, or why it waits aside.
 */
note: string | null, 
/**
 * Whether the holder can still cancel.
 */
can_cancel: boolean, };

/**
 * So many windows, and what they do to the wait.
 */
export type Tried = { 
/**
 * How many are open.
 */
windows: number, 
/**
 * Mean wait of those who come then, seconds.
 */
mean_s: number, 
/**
 * 95 in 100 of them wait no longer, seconds; none = more than 5 in 100 are never served.
 */
p95_s: number | null, };

/**
 * A slip that may not have come out, for the staff.
 */
export type UnprintedRow = { 
/**
 * `2026-11-23/A001`.
 */
ticket: string, 
/**
 * `A001`.
 */
number: string, 
/**
 * The dispenser that gave it out.
 */
device: string, 
/**
 * When.
 */
at_ms: number, 
/**
 * Dispensers that would print it now, the best first.
 */
ready: Array<string>, 
/**
 * What came of the last order to print it again.
 */
again: Again | null, };

/**
 * A slip that may not be out.
 */
export type UnprintedSlip = { 
/**
 * `2026-11-23/A001`.
 */
ticket: string, 
/**
 * When the number was given out.
 */
at_ms: number, };

/**
 * What a subject looks like now.
 */
export type View = { "of": "board" } & BoardView | { "of": "window" } & WindowView | { "of": "dispenser" } & DispenserView | { "of": "clerk" } & ClerkView | { "of": "manager" } & ManagerView | { "of": "ticket" } & TicketView;

/**
 * Something with one visit, by staff or a terminal.
 */
export type VisitAct = "withdraw" | "check_in" | "cancel" | "leave" | "rejoin" | "return";

/**
 * One visit, for staff.
 */
export type VisitView = { 
/**
 * `2026-11-23/A001`.
 */
ticket: string, 
/**
 * `A001`.
 */
number: string, 
/**
 * Which queue.
 */
lane: Lane, 
/**
 * How it competes.
 */
class: Class, 
/**
 * How its holder wants to be called.
 */
language: Language, 
/**
 * Where it is.
 */
stage: Stage, 
/**
 * Since when it waits: the effective arrival.
 */
since_ms: number, 
/**
 * Reason or missing paper.
 */
note: string | null, 
/**
 * The kind of business, where it is known.
 */
item?: string, };

/**
 * Waits of some visits, seconds.
 */
export type WaitFigures = { 
/**
 * How many were served, per replay.
 */
served: number, 
/**
 * How many still waited when all windows had closed.
 */
unserved: number, 
/**
 * Mean.
 */
mean_s: Interval, 
/**
 * Half waited no longer.
 */
p50_s: Interval, 
/**
 * 95 in 100 waited no longer.
 */
p95_s: Interval, 
/**
 * The longest.
 */
max_s: Interval, 
/**
 * Of a hundred served, how many waited longer than the target.
 */
over_target_percent: Interval, };

/**
 * A wait as people are told it, minutes.
 */
export type WaitRange = { 
/**
 * From.
 */
low_min: number, 
/**
 * To.
 */
high_min: number, };

/**
 * What is to be found out.
 */
export type WhatIf = { "ask": "compare" } & Compare | { "ask": "windows" } & WindowsNeeded | { "ask": "next_hour" } & NextHour;

/**
 * What came out.
 */
export type WhatIfOutcome = { "of": "comparison" } & Comparison | { "of": "staffing" } & Staffing;

/**
 * How far a what-if is.
 */
export type WhatIfState = { 
/**
 * Its number.
 */
id: number, 
/**
 * Whether it is still being worked out.
 */
running: boolean, 
/**
 * Replays that are done.
 */
done: number, 
/**
 * Replays in all, as far as known.
 */
of: number, 
/**
 * What came out.
 */
outcome?: WhatIfOutcome, 
/**
 * Why nothing came out.
 */
refused?: Refused, };

/**
 * What must be so; on over one limit, off under another.
 */
export type When = { "clock": { 
/**
 * Minutes since midnight.
 */
from_min: number, 
/**
 * Minutes since midnight.
 */
until_min: number, 
/**
 * How far the hall's time is ahead of UTC, minutes.
 */
ahead_of_utc_min: number, } } | { "waiting": { 
/**
 * Which lane.
 */
lane: Lane, 
/**
 * On.
 */
over: number, 
/**
 * Off.
 */
back_under: number, } } | { "oldest_wait": { 
/**
 * Which lane.
 */
lane: Lane, 
/**
 * On, seconds.
 */
over_s: number, 
/**
 * Off, seconds.
 */
back_under_s: number, } } | { "open_windows": { 
/**
 * Which lane.
 */
lane: Lane, 
/**
 * On.
 */
under: number, 
/**
 * Off.
 */
back_over: number, } };

/**
 * Something at a window.
 */
export type WindowAct = { "act": "open", 
/**
 * Take it from another console.
 */
take_over: boolean, } | { "act": "close" } | { "act": "call_next" } | { "act": "call", 
/**
 * `2026-11-23/A001`.
 */
ticket: string, } | { "act": "recall" } | { "act": "start" } | { "act": "set_item", 
/**
 * One of the hall's list, such as `tax-new`; left out = none that is known.
 */
item?: string, } | { "act": "finish" } | { "act": "no_show" } | { "act": "park", 
/**
 * For how long, minutes; `None` = until somebody says so.
 */
minutes?: number, 
/**
 * Why.
 */
reason: string, } | { "act": "supplement", 
/**
 * What is missing.
 */
missing: string, } | { "act": "transfer", 
/**
 * Any window of this lane.
 */
to_lane?: Lane, 
/**
 * This window.
 */
to_window?: number, 
/**
 * Come back to this window afterwards.
 */
come_back: boolean, } | { "act": "pause", 
/**
 * Why.
 */
reason: string, } | { "act": "resume" } | { "act": "raise_emergency" } | { "act": "clear_emergency" };

/**
 * What a window did.
 */
export type WindowFigures = { 
/**
 * Which.
 */
window: number, 
/**
 * Visits that it took, per replay.
 */
served: number, 
/**
 * Time that it spent on them, seconds per replay.
 */
busy_s: number, };

/**
 * A window is open from a time until another.
 */
export type WindowHours = { 
/**
 * Which.
 */
window: number, 
/**
 * From when, minutes since midnight.
 */
from_min: number, 
/**
 * Until when, minutes since midnight.
 */
until_min: number, };

/**
 * A window, for managers.
 */
export type WindowRow = { 
/**
 * As the public sees it.
 */
window: WindowView, 
/**
 * Who sits there.
 */
clerk: string | null, 
/**
 * Since when it does what it does.
 */
since_ms: number, 
/**
 * Why it is paused.
 */
pause_reason: string | null, 
/**
 * Visits that ended here today.
 */
served: number, 
/**
 * Their mean time, seconds.
 */
mean_service_s: number, };

/**
 * What goes on at a window, as the public may know it.
 */
export type WindowState = "closed" | "idle" | "calling" | "serving" | "wrap_up" | "paused" | "emergency";

/**
 * One window as the public sees it.
 */
export type WindowView = { 
/**
 * Which.
 */
window: number, 
/**
 * Where.
 */
zone: string, 
/**
 * Its name.
 */
name: Text, 
/**
 * What goes on.
 */
state: WindowState, 
/**
 * Who is called or served: `A001`.
 */
number: string | null, 
/**
 * The announcement to which `number` was called.
 */
call: CallView | null, 
/**
 * Who was called there before, newest first: for the page above the window.
 */
before?: Array<string>, };

/**
 * How many windows must be open in a part of the day?
 */
export type WindowsNeeded = { 
/**
 * The business days.
 */
days: Array<string>, 
/**
 * Which lane.
 */
lane: Lane, 
/**
 * From when, minutes since midnight.
 */
from_min: number, 
/**
 * Until when, minutes since midnight.
 */
until_min: number, 
/**
 * 95 in 100 of those who come then are to wait no longer, seconds.
 */
target_s: number, };

/**
 * Waits of those whom the windows of a zone served.
 */
export type ZoneFigures = { 
/**
 * Which.
 */
zone: string, 
/**
 * Their waits.
 */
waits: WaitFigures, };

/**
 * R4: how a ticket gets its zone.
 */
export type ZoneMode = "shared" | "given" | "jsq" | "lew" | "round_robin";

/**
 * The name of a zone.
 */
export type ZoneName = { 
/**
 * Its letter.
 */
zone: string, 
/**
 * Its name.
 */
name: Text, };

/**
 * A zone, for managers.
 */
export type ZoneRow = { 
/**
 * Its letter.
 */
zone: string, 
/**
 * Its name.
 */
name: Text, 
/**
 * Calls that wait to be spoken.
 */
unspoken: number, 
/**
 * Why its voices are silent, if they are.
 */
muted: MutedBy | null, };

/**
 * R4: how a ticket gets its zone, and when another zone may take it.
 */
export type ZoneRule = { 
/**
 * How.
 */
mode: ZoneMode, 
/**
 * After this wait, seconds; null = never, 0 = one line for all zones.
 */
steal_after_s: number | null, };
