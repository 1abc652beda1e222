// An XMLHttpRequest for tests in Node that really sends.

/** As much of a browser's XMLHttpRequest as an upload needs, on fetch. */
export class NodeRequest extends EventTarget {
  readonly upload: EventTarget = new EventTarget();
  readonly #stop = new AbortController();
  readonly #headers: Record<string, string> = {};
  #target: [method: string, url: string] = ["", ""];
  status = 0;
  responseText = "";

  open(method: string, url: string): void {
    this.#target = [method, url];
  }

  setRequestHeader(name: string, value: string): void {
    this.#headers[name] = value;
  }

  send(body: FormData | Blob): void {
    void this.#send(body);
  }

  abort(): void {
    this.#stop.abort();
  }

  async #send(body: FormData | Blob): Promise<void> {
    const [method, url] = this.#target;
    const progress = (loaded: number) =>
      this.upload.dispatchEvent(
        Object.assign(new Event("progress"), { lengthComputable: true, loaded, total: 2 }),
      );
    try {
      const form = new Response(body);
      const bytes = await form.arrayBuffer();
      const headers = { "content-type": form.headers.get("content-type") ?? "", ...this.#headers };
      progress(1);
      const answer = await fetch(url, { method, headers, body: bytes, signal: this.#stop.signal });
      this.status = answer.status;
      this.responseText = await answer.text();
      progress(2);
      this.dispatchEvent(new Event("load"));
    } catch {
      this.dispatchEvent(new Event(this.#stop.signal.aborted ? "abort" : "error"));
    }
  }
}
