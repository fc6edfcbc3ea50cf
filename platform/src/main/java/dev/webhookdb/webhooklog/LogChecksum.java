package dev.webhookdb.webhooklog;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** The checksum that is kept with a logged webhook, by which damage is told from what was sent. */
public final class LogChecksum {
    private LogChecksum() {}

    /**
     * Returns the CRC-32C of what a request carries.
     *
     * @param url as logged
     * @param headers as logged: a JSON object of arrays
     */
    public static int of(String url, String headers, byte[] body) {
        CRC32C checksum = new CRC32C();
        checksum.update(url.getBytes(StandardCharsets.UTF_8));
        checksum.update(headers.getBytes(StandardCharsets.UTF_8));
        checksum.update(body);
        return (int) checksum.getValue();
    }
}
