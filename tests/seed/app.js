// The back end of a first mini-program payment: Express 4, body-parser, body-parser-xml.
// `node app.js SANDBOX_URL [--without-xml]` listens on a free port and prints it; GET /seen tells what the notify
// handler found in req.body, GET /login?path=… passes a login request on and returns what came back.
const express = require('express');
const bodyParser = require('body-parser');
require('body-parser-xml')(bodyParser);

const [sandbox, ...options] = process.argv.slice(2);
const app = express();
const seen = [];

app.use(bodyParser.json());
app.use(bodyParser.urlencoded({ extended: true }));
if (!options.includes('--without-xml')) {
  app.use(bodyParser.xml({
    limit: '1MB',
    xmlParseOptions: { normalize: true, normalizeTags: true, explicitArray: false },
  }));
}

app.post('/notify', (req, res) => {
  seen.push({ body: req.body, contentType: req.headers['content-type'] });
  const paid = req.body.xml && req.body.xml.out_trade_no;
  res.type('text/xml').send(`<xml><return_code><![CDATA[${paid ? 'SUCCESS' : 'FAIL'}]]></return_code></xml>`);
});

app.get('/seen', (req, res) => res.json(seen));

app.get('/login', async (req, res) => {
  const answer = await fetch(sandbox + req.query.path);
  res.json({ status: answer.status, contentType: answer.headers.get('content-type'), text: await answer.text() });
});

const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
