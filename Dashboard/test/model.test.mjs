import assert from 'node:assert/strict';
import test from 'node:test';
import { BROKEN_AFTER_MS, Model, OLD_AFTER_MS, number, text } from '../../Node/wwwroot/model.js';

const set = (topic, payload) => ['set', { topic, payload }];

function after(...events) {
  const model = new Model();
  for (const [kind, data] of events) model.take(kind, data, 1000);
  return model;
}

test('what a node says stands at its place until it is gone', () => {
  const model = after(
    set('c3/v1/nodes/node-1/state', { slot: 7 }),
    set('c3/v1/nodes/node-1/picture/agreed/T1', { name: 'T1' }),
    set('c3/v1/nodes/node-1/alarms/Equivocator/node-4', { kind: 'Equivocator' }),
    set('c3/v1/nodes/node-1/alarms', { count: 1 }),
    set('c3/v1/nodes/node-1/sensors/radar-1/trust', { sensor: 'radar-1' }));
  const node = model.nodes.get('node-1');
  assert.equal(node.state.slot, 7);
  assert.deepEqual([...node.agreed.keys()], ['T1']);
  assert.deepEqual([...node.alarms.keys()], ['Equivocator/node-4']);
  assert.deepEqual([...node.trust.keys()], ['radar-1']);
  model.take('gone', { topic: 'c3/v1/nodes/node-1/picture/agreed/T1' }, 1000);
  model.take('gone', { topic: 'c3/v1/nodes/node-1/alarms/Equivocator/node-4' }, 1000);
  assert.equal(node.agreed.size + node.alarms.size, 0);
});

test('a new beginning of the stream forgets what was', () => {
  const model = after(set('c3/v1/nodes/node-1/state', { slot: 7 }), ['all', {}], set('c3/v1/nodes/node-2/state', { slot: 8 }));
  assert.deepEqual([...model.nodes.keys()], ['node-2']);
});

test('what is no output of a node changes nothing', () => {
  for (const topic of ['', 'c3/v1/nodes/', 'c3/v2/nodes/a/state', '__proto__/v1/nodes/a/state', 'c3/v1/sensors/radar-1/scans']) {
    assert.equal(after(set(topic, { slot: 1 })).nodes.size, 0);
  }
  const odd = after(['set', {}], ['set', { topic: 7 }], set('c3/v1/nodes/__proto__/state', { slot: 1 }), set('c3/v1/nodes/a/state', 'text'));
  assert.equal(odd.nodes.get('__proto__').state.slot, 1);
  assert.equal({}.slot, undefined);
  assert.deepEqual(odd.nodes.get('a').state, {});
});

test('fields of another type than expected are shown as nothing', () => {
  const flat = { a: { b: 1 }, c: [1], d: null, e: 'x', f: 2, g: '3', h: NaN };
  assert.deepEqual(['a', 'c', 'd', 'e', 'f'].map((field) => text(flat, field)), ['', '', '', 'x', '2']);
  assert.ok(Number.isNaN(number(flat, 'g')) && Number.isNaN(number(flat, 'h')) && number(flat, 'f') === 2);
});

test('a stream that falls silent is broken, and says for how long', () => {
  const model = new Model();
  assert.equal(model.brokenFor(5000), Infinity);
  model.take('tick', { ts: 1 }, 5000);
  assert.equal(model.brokenFor(5000 + BROKEN_AFTER_MS), 0);
  assert.equal(model.brokenFor(5001 + BROKEN_AFTER_MS), BROKEN_AFTER_MS + 1);
});

test("tracks age by the server's clock, however wrong the page's is", () => {
  const model = new Model();
  model.take('tick', { ts: 1_000_000 }, 50);
  const track = (ts, ttl) => ({ ts, ttl });
  assert.equal(model.age(track(1_000_000, 20), 50), 'fresh');
  assert.equal(model.age(track(1_000_000 - OLD_AFTER_MS - 1, 20), 50), 'old');
  assert.equal(model.age(track(1_000_000, 20), 50 + OLD_AFTER_MS + 1), 'old');
  assert.equal(model.age(track(1_000_000 - 20_001, 20), 50), 'gone');
  assert.equal(model.age({}, 50), 'gone');
});
