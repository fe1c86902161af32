"""Unmodified clients under `run`, calling https://api.mch.weixin.qq.com: Python, curl, node, Java, Go, PHP."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from node_packages import node_packages

PACKAGES = Path(__file__).parent.parent / "sdk"
RUN = [sys.executable, "-m", "sandbox", "run"]
URL = "https://api.mch.weixin.qq.com/pay/unifiedorder"
LEAK = "https://www.example.com/"


@pytest.fixture
def run(tmp_path: Path) -> "Run":
    return Run(tmp_path)


class Run:
    """`run -q -- WORDS`; its output."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *words: str, options: tuple[str, ...] = (), **more: str) -> str:
        inherited = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        done = subprocess.run(
            [*RUN, "-q", "--data-dir", str(self.folder / "data"), *options, "--", *words],
            env={**inherited, **more},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def program(*names: str) -> str:
    """The first of these programs that is here; skips with the reason where none is."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"{' or '.join(names)} is not on this machine")
    return found


CLIENTS = {
    "requests": "import requests; print('mch_id' in requests.post(URL, data='<xml/>', timeout=10).content.decode())",
    "requests without trust_env": (
        "import requests; s = requests.Session(); s.trust_env = False\n"
        "print('mch_id' in s.post(URL, data='<xml/>', timeout=10).content.decode())"
    ),
    "httpx": "import httpx; print('mch_id' in httpx.post(URL, content='<xml/>', timeout=10).text)",
    "httpx without trust_env": (
        "import httpx; print('mch_id' in httpx.post(URL, content='<xml/>', timeout=10, trust_env=False).text)"
    ),
    "urllib": "import urllib.request as u; print('mch_id' in u.urlopen(URL, b'<xml/>', timeout=10).read().decode())",
    "urllib3": (
        "import urllib3; print('mch_id' in urllib3.PoolManager().request('POST', URL, body='<xml/>').data.decode())"
    ),
    "http.client": (
        "import http.client; c = http.client.HTTPSConnection('api.mch.weixin.qq.com', timeout=10)\n"
        "c.request('POST', '/pay/unifiedorder', b'<xml/>'); print('mch_id' in c.getresponse().read().decode())"
    ),
    "aiohttp": (
        "import aiohttp, asyncio\n"
        "async def main():\n"
        "    async with aiohttp.ClientSession() as session, session.post(URL, data='<xml/>') as reply:\n"
        "        print('mch_id' in await reply.text())\n"
        "asyncio.run(main())"
    ),
}


@pytest.mark.parametrize("client", CLIENTS)
def test_python(run: Run, client: str) -> None:
    """Each way that Python has to call a URL, those that look at no proxy variable too."""
    assert run(sys.executable, "-c", f"URL = {URL!r}\n{CLIENTS[client]}") == "True\n"


def test_pythons_own_sitecustomize_runs(run: Run) -> None:
    """Ours hides the program's, and runs it."""
    (run.folder / "site").mkdir()
    (run.folder / "site" / "sitecustomize.py").write_text("import builtins\nbuiltins.MARK = 'theirs'\n")

    path = os.pathsep.join(filter(None, [str(run.folder / "site"), os.environ.get("PYTHONPATH")]))

    told = run(sys.executable, "-c", "import sitecustomize; print(MARK)", PYTHONPATH=path)

    assert told == "theirs\n"


def test_other_names_are_found_as_ever(run: Run) -> None:
    """localhost by name and number; a name of nobody fails."""
    code = (
        "import socket\n"
        "print(socket.getaddrinfo('localhost', 80, socket.AF_INET)[0][4], socket.getaddrinfo(b'127.0.0.1', 81)[0][4])\n"
        "try:\n    socket.getaddrinfo('nobody.invalid', 443)\nexcept OSError:\n    print('none')\n"
    )

    assert run(sys.executable, "-c", code) == "('127.0.0.1', 80) ('127.0.0.1', 81)\nnone\n"


def test_curl(run: Run) -> None:
    """With a client certificate from the variables; another host is refused."""
    curl = program("curl")
    script = (
        f'{curl} -sS --cert-type P12 --cert "$WECHATPAY_SANDBOX_P12:$WECHATPAY_SANDBOX_MCH_ID" -d "<xml/>" {URL}; echo;'
        f" {curl} -s {LEAK}; echo $?"
    )

    told = run("sh", "-c", script)

    assert "mch_id" in told
    assert told.endswith("\n56\n")


def test_node(run: Run) -> None:
    """https with an agent and a p12, fetch, HTTP on port 80; the platform's other hosts are refused unless passed."""
    node = program("node")
    script = f"""
        const https = require('https'), http = require('http'), fs = require('fs');
        const text = async (stream) => {{ let all = ''; for await (const one of stream) all += one; return all; }};
        const agent = new https.Agent({{pfx: fs.readFileSync(process.env.WECHATPAY_SANDBOX_P12),
                                        passphrase: process.env.WECHATPAY_SANDBOX_MCH_ID}});
        const post = (how, url, options) => new Promise((done, fail) =>
            how.request(url, {{method: 'POST', ...options}}, (reply) => done(text(reply)))
                .on('error', fail).end('<xml/>'));
        const lookup = (name, options, done) => done(new Error('looked up ' + name));
        (async () => {{
            console.log((await post(https, '{URL}', {{agent}})).includes('mch_id'));
            console.log((await post(http, '{URL.replace("https", "http")}', {{}})).includes('mch_id'));
            console.log((await (await fetch('{URL}', {{method: 'POST', body: '<xml/>'}})).text()).includes('mch_id'));
            for (const host of ['mp.weixin.qq.com', 'x.wechatpay.cn'])
                await post(https, `https://${{host}}/`, {{lookup}}).catch((error) => console.log(error.message));
            agent.destroy();
        }})();
    """

    told = run(node, "-e", script, options=("--pass", ".wechatpay.cn")).splitlines()

    assert told[:3] == ["true"] * 3
    assert "belongs to the real platform" in told[3]
    assert "--pass mp.weixin.qq.com" in told[3]
    assert told[4] == "looked up x.wechatpay.cn"


def test_node_axios(run: Run) -> None:
    """Which speaks to proxies in its own way."""
    node = node_packages(PACKAGES)
    script = f"""
        require('{PACKAGES}/node_modules/axios').post('{URL}', '<xml/>')
            .then((answer) => console.log(answer.data.includes('mch_id')));
    """

    assert run(node, "-e", script) == "true\n"


def test_node_undici(run: Run) -> None:
    """The package, which knows no proxies unless told, and shows the p12 to a path that demands it."""
    node = node_packages(PACKAGES)
    script = f"""
        const {{request, Agent}} = require('{PACKAGES}/node_modules/undici'), fs = require('fs');
        const connect = {{pfx: fs.readFileSync(process.env.WECHATPAY_SANDBOX_P12),
                         passphrase: process.env.WECHATPAY_SANDBOX_MCH_ID}};
        const ask = async (url, dispatcher) => {{
            const {{statusCode, body}} = await request(url, {{method: 'POST', body: '<xml/>', dispatcher}});
            console.log(statusCode, (await body.text()).includes('mch_id'));
        }};
        (async () => {{
            const shown = new Agent({{connect}}), none = new Agent();
            await ask('{URL}', none);
            await ask('{URL.replace("pay/unifiedorder", "secapi/pay/refund")}', none);
            await ask('{URL.replace("pay/unifiedorder", "secapi/pay/refund")}', shown);
            await Promise.all([shown.close(), none.close()]);
        }})();
    """

    assert run(node, "-e", script).splitlines() == ["200 true", "400 false", "200 true"]


JAVA = f"""
import java.net.*; import java.net.http.*;
public class Shop {{
    public static void main(String[] words) throws Exception {{
        URI uri = URI.create("{URL}");
        HttpRequest request = HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString("<xml/>")).build();
        String said = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
        System.out.println(said.contains("mch_id"));
        HttpURLConnection old = (HttpURLConnection) uri.toURL().openConnection();
        old.setDoOutput(true);
        old.getOutputStream().write("<xml/>".getBytes());
        System.out.println(old.getResponseCode());
        try {{
            ((HttpURLConnection) new URL("{LEAK}").openConnection()).getResponseCode();
        }} catch (java.io.IOException error) {{
            System.out.println(error.getMessage());
        }}
    }}
}}
"""


def test_java(run: Run) -> None:
    """HttpClient and HttpURLConnection, with the PKCS#12 trust store; another host is refused."""
    javac, java = program("javac"), program("java")
    (run.folder / "Shop.java").write_text(JAVA)
    subprocess.run([javac, "Shop.java"], cwd=run.folder, check=True, timeout=90)

    told = run(java, "-cp", str(run.folder), "Shop").splitlines()

    assert told[:2] == ["true", "200"]
    assert "--pass www.example.com" in told[2]


PLAIN_JAVA = """
import java.net.*; import javax.net.ssl.*;
public class Plain {
    public static void main(String[] words) throws Exception {
        try (SSLSocket socket = (SSLSocket) SSLSocketFactory.getDefault().createSocket("api.mch.weixin.qq.com", 443)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.getOutputStream().write(("POST /pay/unifiedorder HTTP/1.1\\r\\nHost: api.mch.weixin.qq.com\\r\\n"
                + "Connection: close\\r\\nContent-Length: 6\\r\\n\\r\\n<xml/>").getBytes());
            System.out.println(new String(socket.getInputStream().readAllBytes(), "UTF-8").contains("mch_id"));
        }
        System.out.println(InetAddress.getByName("localhost").isLoopbackAddress());
        try {
            System.out.println(InetAddress.getByName("www.example.com"));
        } catch (UnknownHostException error) {
            System.out.println("unknown");
        }
    }
}
"""


@pytest.mark.parametrize("held", [False, True])
def test_java_without_a_proxy(run: Run, held: bool) -> None:
    """--java-hosts: a client that knows no proxies, as Apache's, finds the sandbox by name; other names are unknown.

    Whether port 443 may be had or not, as for anybody but root.
    """
    javac, java = program("javac"), program("java")
    (run.folder / "Plain.java").write_text(PLAIN_JAVA)
    subprocess.run([javac, "Plain.java"], cwd=run.folder, check=True, timeout=90)

    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if held:
            with contextlib.suppress(OSError):  # then nobody can have it
                holder.bind(("127.0.0.1", 443))
                holder.listen()
        told = run(java, "-cp", str(run.folder), "Plain", options=("--java-hosts",)).splitlines()

    assert told == ["true", "true", "unknown"]


GO = f"""package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

func main() {{
	reply, err := http.Post("{URL}", "text/xml", strings.NewReader("<xml/>"))
	if err != nil {{
		panic(err)
	}}
	body, _ := io.ReadAll(reply.Body)
	fmt.Println(strings.Contains(string(body), "mch_id"))
	_, err = http.Get("{LEAK}")
	fmt.Println(err)
}}
"""


def test_go(run: Run) -> None:
    """net/http's default client; another host is refused."""
    go = program("go")
    (run.folder / "main.go").write_text(GO)
    subprocess.run([go, "build", "-o", "shop", "main.go"], cwd=run.folder, check=True, timeout=90)

    told = run("./shop").splitlines()

    assert told[0] == "true"
    assert "--pass www.example.com" in told[1]


def test_php(run: Run) -> None:
    """Its curl, which takes its roots from php.ini alone, and its own settings, which stay."""
    php = program("php")
    if "curl" not in subprocess.run([php, "-m"], capture_output=True, text=True, timeout=20, check=True).stdout:
        pytest.skip("php has no curl on this machine")
    script = (
        f"$c = curl_init('{URL}'); curl_setopt($c, CURLOPT_POSTFIELDS, '<xml/>');"
        "curl_setopt($c, CURLOPT_RETURNTRANSFER, true);"
        "$said = curl_exec($c); echo $said === false ? curl_error($c) : json_encode(str_contains($said, 'mch_id'));"
    )

    assert run(php, "-r", script) == "true"
