// What the nodes say, as it stands: a pure model of the stream, without a clock or a page of its own.

/** Flat JSON as a node publishes it (docs/mqtt.md). Everything in it may be hostile: it is shown as text and never trusted to be there. */
export type Flat = Readonly<Record<string, unknown>>;

/** Milliseconds without a word after which the stream counts as broken: three ticks. */
export const BROKEN_AFTER_MS = 3500;

/** Milliseconds after which a track is shown as old; at its own time to live it is no longer shown as a position at all. */
export const OLD_AFTER_MS = 3000;

export type Age = 'fresh' | 'old' | 'gone';

export interface NodeView {
  readonly name: string;
  state: Flat;
  decision: Flat;
  alarms: Map<string, Flat>;
  trust: Map<string, Flat>;
  plans: Map<string, Flat>;
  agreed: Map<string, Flat>;
  local: Map<string, Flat>;
}

export function text(of: Flat | undefined, field: string): string {
  const value = of?.[field];
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

export function number(of: Flat | undefined, field: string): number {
  const value = of?.[field];
  return typeof value === 'number' && Number.isFinite(value) ? value : NaN;
}

export class Model {
  readonly nodes = new Map<string, NodeView>();
  /** When anything was last heard, by the page's own clock, ms. */
  heardAt = NaN;
  /** The server's clock less the page's, ms: a page whose clock is wrong ages tracks right. */
  private offset = 0;

  /** Takes one event of the stream. */
  take(kind: string, data: Flat, now: number): void {
    this.heardAt = now;
    if (kind === 'tick') {
      const ts = number(data, 'ts');
      if (!Number.isNaN(ts)) this.offset = ts - now;
    } else if (kind === 'all') {
      this.nodes.clear();
    } else if (kind === 'set' || kind === 'gone') {
      const payload = kind === 'set' && typeof data['payload'] === 'object' && data['payload'] !== null ? (data['payload'] as Flat) : undefined;
      this.place(text(data, 'topic'), payload);
    }
  }

  /** Is what is shown the past? Milliseconds since anything was heard, or 0 where the stream is alive. */
  brokenFor(now: number): number {
    const silent = now - this.heardAt;
    return Number.isNaN(silent) ? Infinity : silent > BROKEN_AFTER_MS ? silent : 0;
  }

  /** How far a track can still be taken for a position. */
  age(track: Flat, now: number): Age {
    const age = now + this.offset - number(track, 'ts');
    if (Number.isNaN(age) || age > 1000 * (number(track, 'ttl') || 20)) return 'gone';
    return age > OLD_AFTER_MS ? 'old' : 'fresh';
  }

  private place(topic: string, payload: Flat | undefined): void {
    const [root, version, nodes, name, ...path] = topic.split('/');
    if (root !== 'c3' || version !== 'v1' || nodes !== 'nodes' || !name) return;
    const node = this.node(name);
    const put = (map: Map<string, Flat>, key: string): void => void (payload ? map.set(key, payload) : map.delete(key));
    const [a = '', b = '', c = ''] = path;
    if (a === 'state') node.state = payload ?? {};
    else if (a === 'decisions' && b === 'latest') node.decision = payload ?? {};
    else if (a === 'alarms' && b !== '') put(node.alarms, `${b}/${c}`);
    else if (a === 'sensors' && c === 'trust') put(node.trust, b);
    else if (a === 'plans' && b !== 'refused') put(node.plans, b);
    else if (a === 'picture' && b === 'agreed') put(node.agreed, c);
    else if (a === 'picture' && b === 'local') put(node.local, c);
  }

  private node(name: string): NodeView {
    let node = this.nodes.get(name);
    if (!node) {
      node = { name, state: {}, decision: {}, alarms: new Map(), trust: new Map(), plans: new Map(), agreed: new Map(), local: new Map() };
      this.nodes.set(name, node);
    }
    return node;
  }
}
