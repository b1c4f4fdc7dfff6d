// Tables beside the map. Whatever comes from outside goes in as text nodes: a sensor that calls itself <script> is shown as that.

import { Flat, Model, NodeView, number, text } from './model.js';

type Cell = string | { text: string; kind: string };

function fill(id: string, head: string[], rows: Cell[][]): void {
  const table = document.getElementById(id);
  if (!table) return;
  const line = (cells: Cell[], tag: 'th' | 'td'): HTMLTableRowElement => {
    const row = document.createElement('tr');
    for (const cell of cells) {
      const element = document.createElement(tag);
      element.textContent = typeof cell === 'string' ? cell : cell.text;
      if (typeof cell !== 'string') element.className = cell.kind;
      row.append(element);
    }
    return row;
  };
  table.replaceChildren(line(head, 'th'), ...rows.map((row) => line(row, 'td')));
}

const sorted = <T>(map: Map<string, T>): [string, T][] => [...map].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
const kind = (good: boolean, bad: boolean): string => (good ? 'good' : bad ? 'bad' : 'doubt');
const round = (value: number): string => (Number.isNaN(value) ? '?' : String(Math.round(value)));

export function showNodes(model: Model, chosen: string): void {
  const hashes = new Map<string, number>();
  const newest = Math.max(...[...model.nodes.values()].map((node) => number(node.state, 'slot')).filter((slot) => !Number.isNaN(slot)), -1);
  for (const node of model.nodes.values()) {
    if (number(node.state, 'slot') === newest) hashes.set(text(node.state, 'pictureHash'), 1);
  }
  fill('nodes', ['node', 'state', 'slot', 'picture', 'decision', 'g', 'links', 'alarms'], sorted(model.nodes).map(([name, node]) => {
    const state = text(node.state, 'state'), basis = text(node.decision, 'basis');
    return [
      { text: name, kind: name === chosen ? 'chosen' : '' },
      { text: state || 'unheard', kind: kind(state === 'online', state === 'offline' || state === 'stopped' || state === '') },
      text(node.state, 'slot'),
      { text: text(node.state, 'pictureHash').slice(0, 12), kind: number(node.state, 'slot') === newest && hashes.size > 1 ? 'bad' : '' },
      { text: basis, kind: kind(basis === 'FinalSync', basis === 'Abstained') },
      text(node.decision, 'strength'),
      `${text(node.state, 'linksUp')}/${text(node.state, 'links')}`,
      { text: String(node.alarms.size), kind: kind(node.alarms.size === 0, node.alarms.size > 0) },
    ];
  }));
}

export function showSensors(node: NodeView | undefined): void {
  fill('sensors', ['sensor', 'trust', 'accepted', 'refused', 'why'], sorted(node?.trust ?? new Map<string, Flat>()).map(([, trust]) => {
    const accusation = text(trust, 'accusation');
    return [
      text(trust, 'sensor'),
      { text: accusation === '' ? 'trusted' : accusation, kind: kind(accusation === '', trust['trusted'] === false) },
      text(trust, 'accepted'),
      text(trust, 'refused'),
      text(trust, 'evidence'),
    ];
  }));
}

export function showTracks(model: Model, tracks: Map<string, Flat>, now: number): void {
  fill('tracks', ['track', 'assurance', 'n', 'f', 'for', '±m', 'alt m', 'm/s', 'rejected', 'age'], sorted(tracks).map(([, track]) => {
    const assurance = text(track, 'assurance'), age = model.age(track, now);
    const reach = Math.max(number(track, 'xHi') - number(track, 'xLo'), number(track, 'yHi') - number(track, 'yLo')) / 2;
    return [
      text(track, 'name'),
      { text: assurance, kind: kind(assurance === 'Assured', assurance === 'Alarm') },
      text(track, 'n'),
      text(track, 'f'),
      text(track, 'support'),
      round(reach),
      round(number(track, 'alt')),
      round(number(track, 'speed')),
      text(track, 'rejectedBy'),
      { text: age, kind: kind(age === 'fresh', age === 'gone') },
    ];
  }));
}

export function showAlarms(model: Model): void {
  fill('alarms', ['node', 'alarm', 'about', 'since slot', 'detail'], sorted(model.nodes).flatMap(([name, node]) => sorted(node.alarms).map(([, alarm]): Cell[] => [
    name,
    { text: text(alarm, 'kind'), kind: 'bad' },
    text(alarm, 'subject'),
    text(alarm, 'slot'),
    text(alarm, 'detail'),
  ])));
}

export function showPlans(node: NodeView | undefined): void {
  fill('plans', ['plan', 'by', 'task', 'units', 'state', 'may act', 'text'], sorted(node?.plans ?? new Map<string, Flat>()).slice(-8).reverse().map(([, plan]) => {
    const state = text(plan, 'state');
    return [text(plan, 'id'), text(plan, 'proposer'), text(plan, 'task'), text(plan, 'units'), { text: state, kind: kind(state === 'Committed', state === 'Vetoed') }, text(plan, 'mayAct'), text(plan, 'text')];
  }));
}
