// Two ways through a page with the same words: Keyboard uses Tab, letters, arrows, Space and Enter
// only; Pointer clicks. A journey that takes either is tested for both.
//
// Fields, buttons and links are called by what a person reads: their label, their text.

// Of the element that has the focus: { names, isField, isVisible }, or null where nothing has it.
// Runs in the page.
function focused() {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const texts = [
    element.getAttribute('aria-label'),
    ...[...(element.labels ?? [])].map((label) => label.innerText),
    /^(A|BUTTON|SUMMARY)$/.test(element.tagName) ? element.innerText : null,
    element.value && /^(submit|button)$/.test(element.type) ? element.value : null,
  ];
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
  return {
    names: texts.filter(Boolean).map((text) => text.replace(/\s+/g, ' ').trim()),
    isField: /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName),
    // A date has several stops, and the browser itself shows which.
    isVisible:
      element === window.lastStop ||
      (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) ||
      boxShadow !== 'none',
  };
}

const matches = (names, wanted) =>
  names.some((name) => (wanted instanceof RegExp ? wanted.test(name) : name.startsWith(wanted)));

export class Keyboard {
  constructor(page) {
    this.page = page;
  }

  // Firefox draws the focus a moment after it has moved.
  async #focus() {
    let here;
    for (let tries = 0; tries < 20; ++tries) {
      here = await this.page.evaluate(focused);
      if (!here || here.isVisible) return here;
    }
    throw new Error(`no visible focus on "${here.names[0]}"`);
  }

  // Presses Tab until `wanted` (how its name begins, or a regular expression) has the focus. Who
  // cannot see where the focus is is lost, so each stop has to show it. A link may be called like a
  // field, where a summary of errors leads to it.
  async reach(wanted, isField = false) {
    for (let stops = 0; stops < 200; ++stops) {
      const here = await this.#focus();
      if (here && here.isField === isField && matches(here.names, wanted)) return;
      await this.page.evaluate(() => (window.lastStop = document.activeElement));
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not lead to "${wanted}"`);
  }

  async fill(label, text) {
    await this.reach(label, true);
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.type(String(text));
  }

  // Goes down a list of options, from its top.
  async choose(label, option) {
    await this.reach(label, true);
    await this.page.keyboard.press('Home');
    for (let stops = 0; stops < 300; ++stops) {
      const chosen = await this.page.evaluate(() => document.activeElement.selectedOptions[0].text);
      if (chosen === option) return;
      await this.page.keyboard.press('ArrowDown');
    }
    throw new Error(`no option "${option}"`);
  }

  async tick(label) {
    await this.reach(label, true);
    await this.page.keyboard.press('Space');
  }

  // A button or a link.
  async press(name) {
    await this.reach(name);
    await this.page.keyboard.press('Enter');
  }
}

export class Pointer {
  constructor(page) {
    this.page = page;
  }

  #field(label) {
    return this.page.getByLabel(label).first();
  }

  fill(label, text) {
    return this.#field(label).fill(String(text));
  }

  choose(label, option) {
    return this.#field(label).selectOption({ label: option });
  }

  tick(label) {
    return this.#field(label).check();
  }

  press(name) {
    return this.page
      .getByRole('button', { name })
      .or(this.page.getByRole('link', { name }))
      .first()
      .click();
  }
}
