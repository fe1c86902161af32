// The event stream of the control API: `heard(event)` for each, until it ends. EventSource cannot carry a token.
export async function frames(reader, heard) {
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const {value, done} = await reader.read();
    if (done) return;
    rest += decoder.decode(value, {stream: true});
    const lines = rest.split('\n');
    rest = lines.pop();
    for (const line of lines) if (line.startsWith('data: ')) heard(JSON.parse(line.slice(6)));
  }
}
