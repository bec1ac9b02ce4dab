import { Live, type Link } from './live.ts';
import { HallClock } from './time.ts';
import type { Refused, Subject, Text, View } from './wire.ts';

/** How often what shows the time is drawn anew, ms. */
const TICK_MS = 250;
/** A server that greets but shows nothing for this long has nothing under that name, ms. */
const NOTHING_MS = 3_000;

/** The view of a kind. */
export type ViewOf<K extends View['of']> = Extract<View, { of: K }>;

/** A live view for components: the newest view, how the connection stands, and the hall's time. */
export class Watch<K extends View['of']> {
  view = $state.raw<ViewOf<K> | null>(null);
  link = $state<Link>('connecting');
  hall = $state.raw<Text | null>(null);
  refused = $state.raw<Refused | null>(null);
  /** The hall's time now; `null` before the server's first word. */
  now_ms = $state<number | null>(null);
  /** The hall's time when the server was heard last. */
  heard_ms = $state<number | null>(null);

  /** The server greeted, and has nothing to show: no such window, zone or ticket. */
  nothing = $state(false);

  private live_since_ms = Infinity;
  private readonly clock = new HallClock();
  private readonly live: Live;
  private readonly ticking: ReturnType<typeof setInterval>;

  /** `news` hears of each view, whether it is fresh, and the one before. */
  constructor(kind: K, subject: Subject, news: (view: ViewOf<K>, fresh: boolean, before: ViewOf<K> | null) => void = () => {}) {
    this.live = new Live(subject, `web-${kind} 0.1.0`, {
      link: (link) => this.stands(link),
      hall: (hall) => (this.hall = hall),
      time: (now_ms) => this.hear(now_ms),
      refused: (refused) => (this.refused = refused),
      view: (view, fresh) => {
        if (view.of === kind) {
          const before = this.view;
          this.view = view as ViewOf<K>;
          this.refused = null;
          this.nothing = false;
          news(this.view, fresh, before);
        }
      },
    });
    this.ticking = setInterval(() => this.tick(), TICK_MS);
    this.live.start();
  }

  /** Ends the connection. */
  end(): void {
    clearInterval(this.ticking);
    this.live.end();
  }

  private stands(link: Link): void {
    this.link = link;
    this.live_since_ms = link === 'live' ? performance.now() : Infinity;
  }

  private hear(now_ms: number): void {
    this.clock.hear(now_ms, performance.now());
    this.heard_ms = this.clock.lastHeard();
    this.tick();
  }

  private tick(): void {
    const local_ms = performance.now();
    this.now_ms = this.clock.at(local_ms);
    this.nothing ||= this.view === null && local_ms - this.live_since_ms > NOTHING_MS;
  }
}
