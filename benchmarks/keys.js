// Waits in a JupyterLab page for one key press, and from it to the first task after the
// frame that shows another picture in a cell; then window.shown is the milliseconds.
([number, selector]) => {
  const cell = document.querySelectorAll(".jp-CodeCell")[number];
  const picture = () => cell.querySelector(selector);
  const look = () => picture()?.src ?? picture()?.innerHTML;
  const before = look();
  window.shown = new Promise((resolve, reject) => {
    let pressed;
    setTimeout(reject, 10000, new Error("10 s passed without another picture"));
    addEventListener("keydown", event => { pressed = event.timeStamp; },
      { capture: true, once: true });
    const finish = () => resolve(performance.now() - pressed);
    const observer = new MutationObserver(async () => {
      const after = look();
      if (!after || after === before) return;
      observer.disconnect();
      await picture().decode?.();
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = finish;
        port2.postMessage(null);
      });
    });
    observer.observe(cell, { subtree: true, childList: true, attributes: true });
  });
  cell.querySelector(".noUi-handle").focus();
}
