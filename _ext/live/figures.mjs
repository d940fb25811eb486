// A figure whose settings Python draws when they are asked for: the newest one wins.

const REST = 500; // milliseconds until a slider that rests is spoken of

// What the figures of the finished page are; a page that runs has some.
const Explorer = document.querySelector("figure.explore").explorer.constructor;

class LiveExplorer extends Explorer {
  constructor(figure, ask) {
    super(figure);
    this.ask = ask;
    this.layers = [...figure.querySelectorAll("[data-layer]")];
    if (this.buttons.link) this.buttons.link.hidden = true;
  }

  show() {
    this.placeHandles?.();
    this.wanted = this.sliders.map(slider => Number(slider.value));
    this.drawing ??= this.draw();
  }

  async draw() {
    while (this.wanted) {
      const places = this.wanted;
      this.wanted = null;
      try {
        this.put(await this.ask(places));
      } catch {
        break; // Python was stopped
      }
    }
    this.drawing = null;
  }

  put({ error, layers, readout, texts }) {
    this.complain(error);
    if (error) return;
    layers.forEach((svg, i) => { this.layers[i].innerHTML = svg; });
    this.caption.textContent = readout;
    this.sliders.forEach((slider, i) => {
      slider.nextElementSibling.textContent = texts[i];
      slider.setAttribute("aria-valuetext", texts[i]);
    });
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.speak(readout), REST);
  }

  // An error of the reader's own draw stands in the figure until it draws again.
  complain(error) {
    this.trouble?.remove();
    this.trouble = null;
    this.panel.parentElement.hidden = Boolean(error);
    if (!error) return;
    this.trouble = document.createElement("pre");
    this.trouble.className = "live-error";
    this.trouble.setAttribute("role", "alert");
    this.trouble.textContent = error;
    this.panel.parentElement.after(this.trouble);
  }
}

export function drive(figure, python) {
  const name = figure.dataset.name;
  return new LiveExplorer(figure, places => python.ask({ what: "move", figure: name, places }));
}
