// Times what follows each event of one kind; all times are in milliseconds.
//   script  from the event's capture at the window to its end of bubbling there
//   paint   from that capture to the first task after the next frame of the main thread
//   frames  when each frame of the main thread began
kind => {
  const watch = { moves: [], frames: [], on: true };
  const afterFrame = task => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = task;
    port2.postMessage(null);
  });
  let move;
  addEventListener(kind, () => {
    const begun = move = { start: performance.now() };
    watch.moves.push(begun);
    afterFrame(() => { begun.paint = performance.now() - begun.start; });
  }, true);
  addEventListener(kind, () => { move.script = performance.now() - move.start; });
  const frame = time => {
    watch.frames.push(time);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  window.watch = watch;
}
