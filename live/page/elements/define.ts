/** The page's elements by their names. */
import { AccountLines } from './account.ts';
import { Chart } from './chart.ts';
import { Controls } from './controls.ts';
import { Notes, Parameters } from './facts.ts';
import { Figures } from './figures.ts';
import { Follow } from './follow.ts';
import { LaneRow } from './lane.ts';
import { Legend } from './legend.ts';
import { Log } from './log.ts';
import { Page } from './page.ts';
import { Player } from './player.ts';
import { Save } from './save.ts';
import { ServiceDialog } from './service-dialog.ts';
import { Status } from './status.ts';
import { Strip } from './strip.ts';
import { Tour, TourButton } from './tour.ts';
import { Users } from './users.ts';
import { Way } from './way.ts';
import { You } from './you.ts';

/** Those that are made with what they need take it as arguments, which the document's type does not know. */
const ELEMENTS = {
  'live-account': AccountLines,
  'live-chart': Chart,
  'live-controls': Controls,
  'live-figures': Figures,
  'live-follow': Follow,
  'live-lane': LaneRow,
  'live-legend': Legend,
  'live-log': Log,
  'live-notes': Notes,
  'live-parameters': Parameters,
  'live-player': Player,
  'live-save': Save,
  'live-service': ServiceDialog,
  'live-status': Status,
  'live-strip': Strip,
  'live-tour': Tour,
  'live-tour-button': TourButton,
  'live-users': Users,
  'live-way': Way,
  'live-you': You,
  'live-page': Page,
};

/** From the smallest to the page, which is the only one that a document names. */
export function define() {
  for (const [name, element] of Object.entries(ELEMENTS))
    customElements.define(name, element as unknown as CustomElementConstructor);
}
