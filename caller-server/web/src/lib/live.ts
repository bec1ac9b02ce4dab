import { backoffMs } from './backoff.ts';
import { useTimeZone } from './time.ts';
import { PULSE_MS, SILENCE_MS_MAX, VERSION } from './wire.ts';
import type { FromClient, FromServer, Refused, Subject, Text, View } from './wire.ts';

/** How a connection stands. `wrong_version`: this page is older or newer than the server and must be loaded anew. */
export type Link = 'connecting' | 'live' | 'cut' | 'refused' | 'wrong_version';

/** What a page hears from its connection. */
export interface LiveListener {
  /** The connection stands differently. */
  link(link: Link): void;
  /** The server said what time it is in the hall. */
  time(now_ms: number): void;
  /** The hall's name. */
  hall(name: Text): void;
  /** A whole view. `fresh` = it came while connected, so what is new in it happened just now. */
  view(view: View, fresh: boolean): void;
  /** The server does not want to show this; nothing more comes. */
  refused(refused: Refused): void;
}

/** The refusal of a page that speaks another version. */
const OTHER_VERSION = 'unsupported_version';
/** After these the page must do something else first (sign in); another try would be refused again. */
const FINAL = new Set([OTHER_VERSION, 'signed_out', 'unauthorised', 'wrong_role', 'unknown_window', 'unknown_zone', 'unknown_token']);
/** A first view that comes later than this after the welcome is news, not what we missed, ms. */
const CATCH_UP_MS = 1_500;

/**
 * A connection that shows one subject for as long as the page lives: says hello, sends pulses, notices silence, comes back by
 * itself and asks for what it missed.
 */
export class Live {
  private socket: WebSocket | null = null;
  private tries = 0;
  private seq: number | null = null;
  private welcome_ms = Infinity;
  private views = 0;
  private pulse: ReturnType<typeof setInterval> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private again: ReturnType<typeof setTimeout> | undefined;
  private ended = false;

  constructor(
    private readonly subject: Subject,
    private readonly program: string,
    private readonly listener: LiveListener,
    private readonly url: string = liveUrl(),
  ) {}

  /** Connects, and keeps connected until {@link end}. */
  start(): void {
    this.listener.link('connecting');
    this.open();
  }

  /** Closes for good. */
  end(): void {
    this.ended = true;
    this.drop();
    clearTimeout(this.again);
  }

  private open(): void {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.views = 0;
    this.welcome_ms = Infinity;
    this.listen_for_silence();
    socket.onopen = () => this.greet();
    socket.onmessage = (message) => this.socket === socket && this.hear(String(message.data));
    socket.onclose = () => this.socket === socket && this.lost();
  }

  private greet(): void {
    const resume = this.seq === null ? {} : { resume_from: this.seq };
    this.say({ say: 'hello', version: VERSION, program: this.program, subject: this.subject, ...resume });
    this.pulse = setInterval(() => this.say({ say: 'pulse' }), PULSE_MS);
  }

  private hear(data: string): void {
    const message = parse(data);
    if (!message) {
      return;
    }
    this.listen_for_silence();
    switch (message.say) {
      case 'welcome':
        this.tries = 0;
        this.welcome_ms = performance.now();
        useTimeZone(message.time_zone);
        this.listener.hall(message.hall);
        this.listener.time(message.now_ms);
        return this.listener.link('live');
      case 'pulse':
        return this.listener.time(message.now_ms);
      case 'view':
        return this.show(message.seq, message.now_ms, message.view);
      case 'refused':
        return message.key === undefined ? this.sent_away(message.refused) : undefined;
      default: // answers go to those who order over a WebSocket; screens order over HTTP
    }
  }

  private show(seq: number, now_ms: number, view: View): void {
    this.seq = seq;
    this.views += 1;
    this.listener.time(now_ms);
    this.listener.view(view, this.views > 1 || performance.now() - this.welcome_ms > CATCH_UP_MS);
  }

  private sent_away(refused: Refused): void {
    if (FINAL.has(refused.code)) {
      this.end();
      this.listener.link(refused.code === OTHER_VERSION ? 'wrong_version' : 'refused');
    }
    this.listener.refused(refused);
  }

  private lost(): void {
    this.drop();
    if (this.ended) {
      return;
    }
    this.listener.link('cut');
    this.again = setTimeout(() => this.open(), backoffMs(this.tries, Math.random()));
    this.tries += 1;
  }

  private drop(): void {
    clearInterval(this.pulse);
    clearTimeout(this.silence);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private listen_for_silence(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lost(), SILENCE_MS_MAX);
  }

  private say(message: FromClient): void {
    if (this.socket?.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify(message));
    }
  }
}

/** Where the server's WebSocket is, seen from this page. */
export function liveUrl(): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;
}

function parse(data: string): FromServer | null {
  try {
    return JSON.parse(data) as FromServer;
  } catch {
    return null; // counts as silence: the connection is made anew if it goes on
  }
}
