// Every page that people see, and how to get there. The tests (pages.test.mjs) and the pictures
// (scripts/screenshots) walk this table, whose rows are in pages/. A row:
//
//   name      of the row: in the test's output, and of the picture's file
//   template  templates/page/TEMPLATE.mustache; `name` if it is left out
//   status    200 if it is left out
//   heading   what its h1 says, where that is not the title in the catalogue: a text or a function
//             of the raffles. {{anything}} in it stands for any text
//   account   true: the visitor has an account
//   visit     goes there. Gets the visitor (browser.mjs) and the raffles (raffles.mjs), and returns
//             the response of the page
//
// A row finds its own way, in any order and more than once: addresses are new with each visit.
import { kCampaigns } from './pages/campaigns.mjs';
import { kDraws } from './pages/draws.mjs';
import { kLinks } from './pages/links.mjs';
import { kPrizes } from './pages/prizes.mjs';
import { kRefusals } from './pages/refusals.mjs';
import { kSigningUp } from './pages/signing_up.mjs';

export const kPages = [
  ...kCampaigns,
  ...kSigningUp,
  ...kLinks,
  ...kDraws,
  ...kPrizes,
  ...kRefusals,
];

// Pages that no visit leads to, with the reason.
export const kUnseen = {
  error: 'is for faults of the program, and a fault that we knew would be mended',
};
