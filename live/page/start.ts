/** Puts a visit together, live or recorded. */
import type { Page } from './elements/page.ts';
import { Player } from './elements/player.ts';
import { Save } from './elements/save.ts';
import { Tour, TourButton } from './elements/tour.ts';
import { commander } from './feed/commands.ts';
import { Stream } from './feed/stream.ts';
import { takeAddress } from './feed/token.ts';
import type { PageEvent } from './model/events.ts';
import { Model } from './model/model.ts';
import { fromBase64 } from './record/base64.ts';
import { Playback } from './record/playback.ts';
import { Recorder, recorded } from './record/recorder.ts';
import { Guide } from './tour/guide.ts';

/** Nothing is drawn more often than this, whatever comes in. */
const DRAW_MS = 250;

export function live(page: Page) {
  const { token, tour, stage } = takeAddress();
  document.documentElement.classList.toggle('stage', stage);
  const model = new Model();
  const recorder = new Recorder(model);
  const take = (event: PageEvent) => {
    model.take(event);
    recorder.take(event);
    draw();
  };
  const send = commander(token, model);
  const guide = new Guide(model, send, take);
  page.begin({ model, send }, [new TourButton(model, guide), new Save(model, recorder), new Tour(model, guide)]);
  const draw = drawing(page);
  new Stream(token, model, take).open();
  if (tour) guide.open();
  // What is not heard is said with since when, and nothing comes in then.
  setInterval(() => model.current || draw(), 1_000);
  draw();
}

export async function replay(page: Page, recording: string) {
  document.documentElement.classList.toggle('stage', new URLSearchParams(location.search).has('stage'));
  const model = new Model();
  const playback = new Playback(recorded(await fromBase64(recording)), model);
  page.begin({ model, send: null }, [new Player(playback, model), new Tour(model, null)]);
  playback.playing = !matchMedia('(prefers-reduced-motion: reduce)').matches;
  let before = performance.now();
  setInterval(() => {
    const now = performance.now();
    playback.pass(now - before);
    before = now;
    page.show();
  }, DRAW_MS);
}

/** Draws at once, and what comes within the next quarter of a second after that. */
function drawing(page: Page): () => void {
  let due: ReturnType<typeof setTimeout> | null = null;
  let drawnAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (due !== null) return;
    due = setTimeout(
      () => {
        due = null;
        drawnAt = performance.now();
        page.show();
      },
      Math.max(0, drawnAt + DRAW_MS * 0.9 - performance.now()),
    );
  };
}
