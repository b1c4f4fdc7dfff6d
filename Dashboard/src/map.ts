// The picture on a canvas: north up, local east-north metres, every track with the box that holds the truth.

import { Flat, Model, number, text } from './model.js';

const COLOURS: Record<string, string> = { Assured: '#39d353', Supported: '#e3b341', Unsupported: '#8b949e', Alarm: '#ff5c5c' };
const LEAST_HALF_SIDE_M = 20_000;
const HEADING_S = 60;

export function drawMap(canvas: HTMLCanvasElement, tracks: Iterable<[string, Flat]>, model: Model, now: number, broken: boolean): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const scale = window.devicePixelRatio || 1;
  const width = canvas.clientWidth, height = canvas.clientHeight;
  canvas.width = width * scale;
  canvas.height = height * scale;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.fillStyle = '#0d1117';
  context.fillRect(0, 0, width, height);

  const shown = [...tracks].filter(([, track]) => Number.isFinite(number(track, 'x')) && Number.isFinite(number(track, 'y')));
  const half = shown.reduce((most, [, track]) => Math.max(most, Math.abs(number(track, 'x')), Math.abs(number(track, 'y'))), LEAST_HALF_SIDE_M) * 1.1;
  const perMetre = Math.min(width, height) / (2 * half);
  const east = (x: number): number => width / 2 + x * perMetre;
  const north = (y: number): number => height / 2 - y * perMetre;
  drawRings(context, width, height, half, perMetre);

  for (const [, track] of shown) {
    const age = model.age(track, now);
    if (age === 'gone') continue;
    const x = number(track, 'x'), y = number(track, 'y');
    const assurance = text(track, 'assurance');
    const colour = COLOURS[assurance] ?? '#8b949e';
    context.globalAlpha = age === 'old' || broken ? 0.35 : 1;
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.setLineDash(assurance === 'Assured' ? [] : [3, 3]);
    const west = east(number(track, 'xLo')), top = north(number(track, 'yHi'));
    context.strokeRect(west, top, Math.max(2, east(number(track, 'xHi')) - west), Math.max(2, north(number(track, 'yLo')) - top));
    context.setLineDash([]);
    context.beginPath();
    context.arc(east(x), north(y), 3, 0, 2 * Math.PI);
    context.fill();
    const course = (number(track, 'bearing') * Math.PI) / 180, reach = number(track, 'speed') * HEADING_S;
    context.beginPath();
    context.moveTo(east(x), north(y));
    context.lineTo(east(x + reach * Math.sin(course)), north(y + reach * Math.cos(course)));
    context.stroke();
    context.fillText(`${text(track, 'name')}${age === 'old' ? ' (old)' : ''}`, east(x) + 6, north(y) - 6);
    context.globalAlpha = 1;
  }
}

function drawRings(context: CanvasRenderingContext2D, width: number, height: number, half: number, perMetre: number): void {
  const step = [5, 10, 20, 50, 100, 200].map((km) => km * 1000).find((metres) => half / metres <= 5) ?? 500_000;
  context.strokeStyle = '#21262d';
  context.fillStyle = '#6e7681';
  context.lineWidth = 1;
  context.font = '11px system-ui, sans-serif';
  for (let radius = step; radius < half * 1.5; radius += step) {
    context.beginPath();
    context.arc(width / 2, height / 2, radius * perMetre, 0, 2 * Math.PI);
    context.stroke();
    context.fillText(`${radius / 1000} km`, width / 2 + 3, height / 2 - radius * perMetre - 3);
  }
}
