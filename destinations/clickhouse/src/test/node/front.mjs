// A front to ClickHouse's embedded engine that speaks as much of its HTTP interface as the destination uses:
// https://clickhouse.com/docs/interfaces/http. One request is answered at a time.
//
// node front.mjs DIRECTORY PORT: DIRECTORY keeps the data; the port is printed when requests are taken. The password of the users 'kit' and
// 'reader', of whom the latter may only read, is PASSWORD of the environment.
import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Session } from 'chdb';

const [directory, port] = process.argv.slice(2);
const session = new Session(join(directory, 'data'));
const rows = join(directory, 'rows');
const OURS = ['query', 'database', 'wait_end_of_query', 'user', 'password'];
const STATUS = { 60: 404, 62: 400, 81: 404, 192: 403, 194: 401, 497: 403, 516: 403 };
const FORMAT = Buffer.from(' FORMAT RowBinary\n');
const log = [];
let fault = null;

class Refusal extends Error {
    constructor(code, message) {
        super(`Code: ${code}. DB::Exception: ${message}`);
    }
}

function authenticate(request) {
    const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '');
    const [user, ...password] = basic
        ? Buffer.from(basic[1], 'base64').toString().split(':')
        : [request.headers['x-clickhouse-user'] ?? 'default', request.headers['x-clickhouse-key'] ?? ''];
    if (!['kit', 'reader'].includes(user) || password.join(':') !== process.env.PASSWORD) {
        throw new Refusal(516, `${user}: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)`);
    }
    return user;
}

const literal = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function run(statement, user) {
    const end = statement.indexOf(FORMAT);
    const isBinary = statement.subarray(0, 6).toString() === 'INSERT' && end > 0;
    const sql = (isBinary ? statement.subarray(0, end) : statement).toString();
    log.push(sql);
    if (fault && sql.includes(fault.on)) {
        const { code } = fault;
        fault = null;
        if (code === 0) {
            process.exit(1);
        }
        throw new Refusal(code, 'as it was asked to. (TEST)');
    }
    if (user === 'reader' && !sql.startsWith('SELECT')) {
        throw new Refusal(497, `reader: Not enough privileges. To execute this query, it's necessary to have the grant for ${sql}. (ACCESS_DENIED)`);
    }
    if (!isBinary) {
        return session.query(sql, 'TabSeparated');
    }
    writeFileSync(rows, statement.subarray(end + FORMAT.length));
    return session.query(`${sql} FROM INFILE ${literal(rows)} FORMAT RowBinary`);
}

function answer(request, parameters, body) {
    const user = authenticate(request);
    const settings = [...parameters].filter(([name]) => !OURS.includes(name));
    try {
        if (parameters.has('database')) {
            session.query(`USE \`${parameters.get('database')}\``);
        }
        settings.forEach(([name, value]) => session.query(`SET ${name} = ${literal(value)}`));
        return run(Buffer.concat([Buffer.from(parameters.get('query') ?? ''), body]), user);
    } finally {
        settings.forEach(([name]) => session.query(`SET ${name} = DEFAULT`));
    }
}

const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://127.0.0.1');
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
        if (url.pathname === '/fault') {
            fault = { on: url.searchParams.get('on'), code: Number(url.searchParams.get('code')) };
            response.end();
            return;
        }
        if (url.pathname === '/log') {
            response.end(log.splice(0).join('\n'));
            return;
        }
        try {
            response.end(answer(request, url.searchParams, Buffer.concat(parts)));
        } catch (e) {
            const message = e.message.replace('Query failed: ', '');
            const code = /^Code: (\d+)/.exec(message)?.[1] ?? '1001';
            response.writeHead(STATUS[code] ?? 500, { 'X-ClickHouse-Exception-Code': code });
            response.end(`${message} (version 26.7)\n`);
        }
    });
});
session.query('CREATE DATABASE IF NOT EXISTS kit');
server.listen(Number(port), '127.0.0.1', () => console.log(server.address().port));
