/**
 * One question to PostgreSQL over verified TLS, without a package, so that this image needs no download to be built.
 *
 * An application of your own takes a driver, which does all this and more; with `pg` it is
 * `new Pool({ ssl: { ca: process.env.DB_CA }, host: process.env.DB_HOST, … })`.
 * https://www.postgresql.org/docs/current/protocol-flow.html
 */
import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import tls from "node:tls";
import { promisify } from "node:util";

/** Milliseconds; a database that was paused takes about 15 seconds to answer again. */
const PATIENCE = 40_000;

/** `SSLRequest`, which every connection starts with. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** The first column of the first row, and the version of TLS. Rejects where the server is not who it should be. */
export async function ask(question, { host, port, database, user, password, ca }) {
    const plain = net.connect({ host, port });
    // Whoever waits for something hears of an error; nobody else has to, and unheard it would end the process.
    plain.on("error", () => {});
    const timer = setTimeout(() => plain.destroy(new Error("no answer in time")), PATIENCE);
    try {
        const socket = await secure(plain, host, ca);
        const server = messages(socket);
        socket.write(
            message("", int32(196608), text("user"), text(user), text("database"), text(database), text("")),
        );
        await signIn(socket, server, password);
        socket.write(message("Q", text(question)));
        const rows = await upTo(server, "Z");
        socket.end(message("X"));
        return { answer: firstColumn(rows.find(({ type }) => type === "D")), protocol: socket.getProtocol() };
    } finally {
        clearTimeout(timer);
        plain.destroy();
    }
}

async function secure(plain, host, ca) {
    await once(plain, "connect");
    plain.write(SSL_REQUEST);
    const [reply] = await Promise.race([once(plain, "data"), once(plain, "close")]);
    // More than the one letter would be data from before the encryption, by whoever is in between.
    if (!Buffer.isBuffer(reply) || reply.toString("latin1") !== "S") {
        throw new Error("the server does not speak TLS");
    }
    // Certificate and name are checked; without `ca`, with the authorities that Node knows.
    const name = net.isIP(host) ? {} : { servername: host };
    const socket = tls.connect({
        socket: plain,
        host,
        minVersion: "TLSv1.2",
        ...name,
        ...(ca ? { ca } : {}),
    });
    await once(socket, "secureConnect");
    socket.on("error", () => {});
    return socket;
}

/** https://www.postgresql.org/docs/current/sasl-authentication.html, RFC 5802 */
async function signIn(socket, server, password) {
    const nonce = randomBytes(18).toString("base64");
    for (;;) {
        const { body } = await next(server, "R");
        const kind = body.readInt32BE(0);
        const rest = body.subarray(4).toString();
        if (kind === 0) {
            await upTo(server, "Z");
            return;
        } else if (kind === 10 && rest.split("\0").includes("SCRAM-SHA-256")) {
            const first = `n,,n=,r=${nonce}`;
            socket.write(message("p", text("SCRAM-SHA-256"), int32(first.length), Buffer.from(first)));
        } else if (kind === 11) {
            const { proof, signature } = await scram(rest, nonce, password);
            socket.write(message("p", Buffer.from(proof)));
            const { body: final } = await next(server, "R");
            const theirs = Buffer.from(final.subarray(4).toString().replace(/^v=/, ""), "base64");
            if (theirs.length !== signature.length || !timingSafeEqual(theirs, signature)) {
                throw new Error("the server does not know the password");
            }
        } else {
            throw new Error("the server asks for the password in a way that is not safe");
        }
    }
}

async function scram(serverFirst, nonce, password) {
    const { r, s, i } = Object.fromEntries(serverFirst.split(",").map((part) => [part[0], part.slice(2)]));
    if (!r?.startsWith(nonce) || s === undefined || !(Number(i) > 0)) {
        throw new Error("the server's part of the sign-in is not valid");
    }
    const salted = await promisify(pbkdf2)(password, Buffer.from(s, "base64"), Number(i), 32, "sha256");
    const client = hmac(salted, "Client Key");
    const without = `c=biws,r=${r}`;
    const all = `n=,r=${nonce},${serverFirst},${without}`;
    const mask = hmac(createHash("sha256").update(client).digest(), all);
    const proof = Buffer.from(client.map((byte, at) => byte ^ mask[at])).toString("base64");
    return { proof: `${without},p=${proof}`, signature: hmac(hmac(salted, "Server Key"), all) };
}

function hmac(key, data) {
    return createHmac("sha256", key).update(data).digest();
}

/** The server's messages, one by one. */
async function* messages(socket) {
    let buffer = Buffer.alloc(0);
    for await (const chunk of socket) {
        buffer = Buffer.concat([buffer, chunk]);
        while (buffer.length >= 5 && buffer.length > buffer.readInt32BE(1)) {
            const end = buffer.readInt32BE(1) + 1;
            yield { type: String.fromCharCode(buffer[0]), body: buffer.subarray(5, end) };
            buffer = buffer.subarray(end);
        }
    }
}

async function next(server, ...types) {
    for (;;) {
        const { value, done } = await server.next();
        if (done) {
            throw new Error("the server closed the connection");
        }
        if (value.type === "E") {
            throw new Error(errorIn(value.body));
        }
        if (types.length === 0 || types.includes(value.type)) {
            return value;
        }
    }
}

async function upTo(server, type) {
    const all = [];
    for (;;) {
        const one = await next(server);
        all.push(one);
        if (one.type === type) {
            return all;
        }
    }
}

/** The field `M` of an error, for people. */
function errorIn(body) {
    const fields = body.toString().split("\0");
    return fields.find((field) => field.startsWith("M"))?.slice(1) ?? "the server reports an error";
}

function firstColumn(row) {
    const length = row?.body.readInt32BE(2) ?? -1;
    return length < 0 ? undefined : row.body.subarray(6, 6 + length).toString();
}

function message(type, ...parts) {
    const body = Buffer.concat(parts);
    return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function int32(value) {
    const buffer = Buffer.alloc(4);
    buffer.writeInt32BE(value);
    return buffer;
}

function text(value) {
    return Buffer.from(`${value}\0`);
}
