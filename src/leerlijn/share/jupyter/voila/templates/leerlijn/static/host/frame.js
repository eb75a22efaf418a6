// One message of a Jupyter kernel as one binary frame: subprotocol v1.kernel.websocket.jupyter.org.
// Little-endian uint64: [n][offset 0 .. n-1], then channel, header, parent_header, metadata, content and the buffers.
// n counts the parts plus one; the last offset is the end. `channel` is part 0.

export const PROTOCOL = "v1.kernel.websocket.jupyter.org";
const PARTS = ["header", "parent_header", "metadata", "content"];
const toBytes = new TextEncoder();
const toText = new TextDecoder();

/** Bytes of an ArrayBuffer, a typed array or a DataView, without copying. */
export function bytes(b) {
  return b instanceof ArrayBuffer ? new Uint8Array(b) : new Uint8Array(b.buffer, b.byteOffset, b.byteLength);
}

/** message {channel, header, parent_header, metadata, content, buffers} -> Uint8Array */
export function encode(message) {
  const parts = [
    toBytes.encode(message.channel),
    ...PARTS.map((k) => toBytes.encode(JSON.stringify(message[k] ?? {}))),
    ...(message.buffers ?? []).map(bytes),
  ];
  const n = parts.length + 1;
  const head = 8 * (n + 1);
  const out = new Uint8Array(parts.reduce((length, p) => length + p.length, head));
  const view = new DataView(out.buffer);
  view.setBigUint64(0, BigInt(n), true);
  let at = head;
  parts.forEach((p, i) => {
    view.setBigUint64(8 * (i + 1), BigInt(at), true);
    out.set(p, at);
    at += p.length;
  });
  view.setBigUint64(8 * n, BigInt(at), true);
  return out;
}

/** ArrayBuffer -> message; buffers are DataViews, as the widget protocol has them. Throws RangeError or SyntaxError on a torn frame. */
export function decode(buffer) {
  const view = new DataView(buffer);
  const n = Number(view.getBigUint64(0, true));
  const at = [];
  for (let i = 0; i < n; i++) at.push(Number(view.getBigUint64(8 * (i + 1), true)));
  const part = (i) => new Uint8Array(buffer, at[i], at[i + 1] - at[i]);
  const message = { channel: toText.decode(part(0)), buffers: [] };
  PARTS.forEach((k, i) => { message[k] = JSON.parse(toText.decode(part(i + 1))); });
  for (let i = 5; i < n - 1; i++) message.buffers.push(new DataView(buffer, at[i], at[i + 1] - at[i]));
  return message;
}
