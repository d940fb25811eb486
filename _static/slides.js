// Turns the slides of a lesson: arrow keys, space, page keys, a click at the left or right
// edge. The number stands in the address.
"use strict";
{
  const slides = [...document.querySelectorAll(".slide")];
  const within = number => Math.min(Math.max(number, 1), slides.length);
  const number = () => within(Number(location.hash.slice(1)) || 1);
  const show = () => slides.forEach((slide, i) => slide.classList.toggle("now", i + 1 === number()));
  const turn = step => { location.hash = within(number() + step); };
  const STEPS = { ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1 };

  addEventListener("hashchange", show);
  addEventListener("keydown", event => {
    if (event.target.matches("input, button, summary") || !STEPS[event.key]) return;
    turn(STEPS[event.key]);
    event.preventDefault();
  });
  addEventListener("click", ({ clientX }) => {
    if (clientX < innerWidth / 20) turn(-1);
    else if (clientX > innerWidth * 19 / 20) turn(1);
  });
  show();
}
