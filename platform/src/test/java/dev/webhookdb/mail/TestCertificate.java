package dev.webhookdb.mail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** A certificate of this machine, made by the JDK's keytool, for servers of tests and whoever trusts them. */
public final class TestCertificate {
    private static final String PASSWORD = "changeit";

    private static final String ALIAS = "localhost";

    private final Path file;
    private final KeyStore keys;
    private final SSLContext context;
    private final X509TrustManager trust;

    private TestCertificate(Path file) throws GeneralSecurityException, IOException {
        this.file = file;
        this.context = SSLContext.getInstance("TLS");
        this.keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(ALIAS, keys.getCertificate(ALIAS));
        KeyManagerFactory identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        identity.init(keys, PASSWORD.toCharArray());
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        this.trust = (X509TrustManager) factory.getTrustManagers()[0];
        context.init(identity.getKeyManagers(), factory.getTrustManagers(), null);
    }

    /** For this machine by its name and by its address. */
    static TestCertificate make(Path directory) throws Exception {
        return make(directory, "dns:localhost,ip:127.0.0.1");
    }

    /**
     * For this machine.
     *
     * @param names what it is called, in the form of keytool
     */
    public static TestCertificate make(Path directory, String names) throws Exception {
        return make(directory, names, "-90d", 180);
    }

    /**
     * The same for other days than those around today.
     *
     * @param begin from when on it is valid, in the form of keytool: {@code -90d}
     * @param days for how long from then on
     */
    public static TestCertificate make(Path directory, String names, String begin, int days) throws Exception {
        Path file = directory.resolve("localhost.p12");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=" + names,
                "-startdate",
                begin,
                "-validity",
                Integer.toString(days),
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD);
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException(output);
        }
        return new TestCertificate(file);
    }

    /** Knows the certificate and trusts it. */
    public SSLContext context() {
        return context;
    }

    /** Trusts the certificate. */
    public X509TrustManager trust() {
        return trust;
    }

    /** Writes it and its key as PEM. */
    public void write(Path certificate, Path key) throws IOException {
        try {
            writePem(certificate, "CERTIFICATE", keys.getCertificate(ALIAS).getEncoded());
            writePem(
                    key,
                    "PRIVATE KEY",
                    keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void writePem(Path to, String what, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(to, "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what, text));
    }

    /** Lets GreenMail use it, if no server of it was started before. */
    void useInGreenMail() {
        System.setProperty("greenmail.tls.keystore.file", file.toString());
        System.setProperty("greenmail.tls.keystore.password", PASSWORD);
    }
}
