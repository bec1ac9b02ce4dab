import type { ClerkView, WindowState } from '../src/lib/wire.ts';

/** A clerk's view in a state, with somebody waiting or not. */
export function desk(state: WindowState, view: Partial<ClerkView> = {}): ClerkView {
  return {
    window: { window: 5, zone: 'A', name: { zh: '综合受理', en: 'Acceptance' }, state, number: null, call: null },
    clerk: 'li',
    mine: true,
    since_ms: 0,
    pause_reason: null,
    current: null,
    announced: { display: true, shown: true, spoken: true },
    recalls_missing: 0,
    recall_at_ms: 0,
    waiting: [],
    waiting_total: 0,
    aside: [],
    served: 0,
    mean_service_s: 0,
    lanes: [],
    open_windows: [],
    ...view,
  };
}
