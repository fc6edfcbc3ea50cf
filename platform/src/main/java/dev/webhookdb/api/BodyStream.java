package dev.webhookdb.api;

import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A request's body. Whatever Helidon throws when it cannot make sense of it is the sender's fault; and to close it does not mean to read
 * the rest, which is what Helidon would do.
 */
final class BodyStream extends FilterInputStream {
    BodyStream(InputStream body) {
        super(body);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int from, int most) throws IOException {
        try {
            return in.read(buffer, from, most);
        } catch (RequestException | CloseConnectionException e) {
            throw e;
        } catch (RuntimeException e) {
            throw Connection.refused(Status.BAD_REQUEST_400, "The body is not chunked as HTTP wants it.");
        }
    }

    @Override
    public void close() {
        // the connection decides what becomes of the rest
    }
}
