// What Python has compiled is kept by the browser. It was made of files whose sums are
// known, and is used with the very same ones alone. A browser that keeps nothing compiles anew.

const CACHE = "book-python";
const MADE_OF = "made-of";

const place = name => new URL(`kept/${name}`, import.meta.url).href;

export async function kept(name, sums) {
  try {
    const found = await (await caches.open(CACHE)).match(place(name));
    if (found?.headers.get(MADE_OF) === sums) return new Uint8Array(await found.arrayBuffer());
  } catch { /* as if there were nothing */ }
  return new Uint8Array();
}

export async function keep(name, sums, bytes) {
  if (!bytes.length) return;
  try {
    const cache = await caches.open(CACHE);
    await cache.put(place(name), new Response(bytes, { headers: { [MADE_OF]: sums } }));
  } catch { /* kept nowhere */ }
}

export const forget = () => globalThis.caches?.delete(CACHE).catch(() => {});
