"""An OpenAI-compatible endpoint whose "model" is a function from the prompt to the answer. Loopback only."""

import http.server
import json
import threading


class ScriptedLLM:
    """Answers chat completions with ``propose(prompt)``. Use as a context manager; ``url`` is its base."""

    def __init__(self, propose):
        self._propose = propose
        self.num_calls = 0

    def __enter__(self):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                outer.num_calls += 1
                prompt = "\n".join(str(message["content"]) for message in body["messages"])
                message = {"role": "assistant", "content": outer._propose(prompt)}
                choice = {"index": 0, "finish_reason": "stop", "message": message}
                answer = {"id": "0", "object": "chat.completion", "created": 0, "model": body["model"], "choices": [choice]}
                data = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self._server.shutdown()
        self._server.server_close()
