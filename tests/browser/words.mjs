// What an organiser writes, in each language, and at its longest.
export const kWords = {
  es: {
    name: 'Sorteo de otoño de la Biblioteca',
    description: 'Tres libros y una cena para quienes nos leen. ¡Mucha suerte!',
    organizer: 'Amigos de la Biblioteca de Vallecas',
    prizes: [
      { name: 'Cena para dos en La Taberna', count: 1, value: '80 €' },
      { name: 'Lote de tres novelas', count: 3, value: '45 €' },
    ],
    rules: 'Puede participar quien tenga carné de la biblioteca.\n\nUna participación por persona.',
    reason: 'Trabaja en la biblioteca.',
    lottery: 'primer premio de la Lotería Nacional',
  },
  en: {
    name: 'The Library Autumn Raffle',
    description: 'Three books and a dinner for those who read with us. Good luck!',
    organizer: 'Friends of Vallecas Library',
    prizes: [
      { name: 'Dinner for two at The Tavern', count: 1, value: '€80' },
      { name: 'A set of three novels', count: 3, value: '€45' },
    ],
    rules: 'Whoever has a library card can take part.\n\nOne entry a person.',
    reason: 'Works at the library.',
    lottery: 'first prize of the National Lottery',
  },
  ca: {
    name: 'Sorteig de tardor de la Biblioteca',
    description: 'Tres llibres i un sopar per a qui ens llegeix. Molta sort!',
    organizer: 'Amics de la Biblioteca de Gràcia',
    prizes: [
      { name: 'Sopar per a dues persones a La Taverna', count: 1, value: '80 €' },
      { name: 'Lot de tres novel·les', count: 3, value: '45 €' },
    ],
    rules:
      'Hi pot participar qui tingui el carnet de la biblioteca.\n\nUna participació per persona.',
    reason: 'Treballa a la biblioteca.',
    lottery: 'primer premi de la Loteria Nacional',
  },
  pt: {
    name: 'Sorteio de outono da Biblioteca',
    description: 'Três livros e um jantar para quem nos lê. Boa sorte!',
    organizer: 'Amigos da Biblioteca de Alfama',
    prizes: [
      { name: 'Jantar para duas pessoas na Taberna', count: 1, value: '80 €' },
      { name: 'Conjunto de três romances', count: 3, value: '45 €' },
    ],
    rules: 'Pode participar quem tiver cartão da biblioteca.\n\nUma participação por pessoa.',
    reason: 'Trabalha na biblioteca.',
    lottery: 'primeiro prémio da Lotaria Nacional',
  },
  fr: {
    name: 'Tirage d’automne de la Bibliothèque',
    description: 'Trois livres et un dîner pour celles et ceux qui nous lisent. Bonne chance !',
    organizer: 'Amis de la Bibliothèque de Belleville',
    prizes: [
      { name: 'Dîner pour deux à La Taverne', count: 1, value: '80 €' },
      { name: 'Lot de trois romans', count: 3, value: '45 €' },
    ],
    rules:
      'Peut participer qui possède la carte de la bibliothèque.\n\nUne participation par personne.',
    reason: 'Travaille à la bibliothèque.',
    lottery: 'premier lot de la Loterie nationale',
  },
  de: {
    name: 'Herbstverlosung der Stadtbücherei',
    description: 'Drei Bücher und ein Abendessen für alle, die bei uns lesen. Viel Glück!',
    organizer: 'Förderverein der Stadtbücherei Neukölln',
    prizes: [
      { name: 'Abendessen zu zweit in der Weinstube', count: 1, value: '80 €' },
      { name: 'Paket mit drei Romanen', count: 3, value: '45 €' },
    ],
    rules: 'Mitmachen kann, wer einen Büchereiausweis hat.\n\nEine Teilnahme je Person.',
    reason: 'Arbeitet in der Bücherei.',
    lottery: 'Hauptgewinn der Staatslotterie',
  },
};

// Bytes count where these are bounded, and these letters are one byte each.
const kLongWord = 'Donaudampfschifffahrtsgesellschaftskapitaensverlosung';
export const kLongWords = {
  name: `${kLongWord} ${'W'.repeat(70)} zum hundertjaehrigen Bestehen der freiwilligen Feuerwehr`.slice(
    0,
    200,
  ),
  description: `${kLongWord}. `.repeat(20),
  organizer: `${kLongWord} ${'m'.repeat(80)} `.repeat(4).trim().slice(0, 500),
  prizes: [
    { name: 'x'.repeat(200), count: 1, value: '8'.repeat(200) },
    { name: `${kLongWord} `.repeat(3).trim(), count: 3, value: 'unbezahlbar' },
  ],
  rules: `${kLongWord} `.repeat(30) + '\n\n' + 'w'.repeat(400),
  reason: `${kLongWord} `.repeat(8) + 'y'.repeat(60),
  lottery: `${kLongWord} `.repeat(5) + 'z'.repeat(100),
};
