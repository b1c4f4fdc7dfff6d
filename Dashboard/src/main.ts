// Follows the stream and shows it; says so when it breaks.

import { drawMap } from './map.js';
import { Flat, Model, NodeView } from './model.js';
import { showAlarms, showNodes, showPlans, showSensors, showTracks } from './view.js';

const SHOW_EVERY_MS = 500;

const model = new Model();
const choice = document.getElementById('node') as HTMLSelectElement;
const origin = document.getElementById('origin') as HTMLSelectElement;

function follow(): void {
  const stream = new EventSource('/events');
  for (const kind of ['all', 'set', 'gone', 'tick']) {
    stream.addEventListener(kind, (event) => {
      try {
        model.take(kind, JSON.parse((event as MessageEvent<string>).data) as Flat, Date.now());
      } catch {
        // One event that is no JSON is left out; the stream goes on.
      }
    });
  }
  stream.onerror = () => {
    // The browser connects anew by itself, unless the server refused: then it is asked again.
    if (stream.readyState === EventSource.CLOSED) setTimeout(follow, 2000);
  };
}

/** The node whose picture is shown: the one chosen, or the first. */
function chosen(): NodeView | undefined {
  const names = [...model.nodes.keys()].sort();
  const shown = [...choice.options].map((option) => option.value);
  if (names.join('\n') !== shown.join('\n')) {
    const before = choice.value;
    choice.replaceChildren(...names.map((name) => new Option(name, name)));
    if (names.includes(before)) choice.value = before;
  }
  return model.nodes.get(choice.value);
}

function show(): void {
  const now = Date.now();
  const silent = model.brokenFor(now);
  const banner = document.getElementById('stream');
  if (banner) {
    banner.className = silent > 0 ? 'bad' : 'good';
    banner.textContent = silent === 0 ? 'live' : Number.isFinite(silent) ? `STREAM BROKEN: nothing heard for ${Math.round(silent / 1000)} s; what you see is the past` : 'nothing heard yet';
  }
  document.body.classList.toggle('broken', silent > 0);
  const node = chosen();
  const tracks = (origin.value === 'local' ? node?.local : node?.agreed) ?? new Map<string, Flat>();
  drawMap(document.getElementById('map') as HTMLCanvasElement, tracks, model, now, silent > 0);
  showNodes(model, node?.name ?? '');
  showSensors(node);
  showTracks(model, tracks, now);
  showAlarms(model);
  showPlans(node);
}

follow();
setInterval(show, SHOW_EVERY_MS);
show();
