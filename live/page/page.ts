/** What the browser runs: a live run or, in a saved file, the recording of one. */
import { define } from './elements/define.ts';
import type { Page } from './elements/page.ts';
import { recordingHere } from './record/save.ts';
import { live, replay } from './start.ts';

define();
const page = document.querySelector<Page>('live-page');
const recording = recordingHere();
if (page && recording) await replay(page, recording);
else if (page) live(page);
