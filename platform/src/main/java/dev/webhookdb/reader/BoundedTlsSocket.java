package dev.webhookdb.reader;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.Optional;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/** Another socket, but for its input, which is limited. */
final class BoundedTlsSocket extends SSLSocket {
    private final SSLSocket actual;
    private Optional<InputStream> input = Optional.empty();

    BoundedTlsSocket(SSLSocket actual) {
        this.actual = actual;
    }

    /** The same each time: it knows where a message begins. */
    @Override
    public synchronized InputStream getInputStream() throws IOException {
        if (input.isEmpty()) {
            input = Optional.of(new BoundedInput(actual.getInputStream(), true));
        }
        return input.get();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return actual.getSupportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return actual.getEnabledCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        actual.setEnabledCipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
        return actual.getSupportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return actual.getEnabledProtocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        actual.setEnabledProtocols(protocols);
    }

    @Override
    public SSLSession getSession() {
        return actual.getSession();
    }

    @Override
    public SSLSession getHandshakeSession() {
        return actual.getHandshakeSession();
    }

    @Override
    public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {
        actual.addHandshakeCompletedListener(listener);
    }

    @Override
    public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {
        actual.removeHandshakeCompletedListener(listener);
    }

    @Override
    public void startHandshake() throws IOException {
        actual.startHandshake();
    }

    @Override
    public void setUseClientMode(boolean mode) {
        actual.setUseClientMode(mode);
    }

    @Override
    public boolean getUseClientMode() {
        return actual.getUseClientMode();
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        actual.setNeedClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
        return actual.getNeedClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        actual.setWantClientAuth(want);
    }

    @Override
    public boolean getWantClientAuth() {
        return actual.getWantClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean flag) {
        actual.setEnableSessionCreation(flag);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return actual.getEnableSessionCreation();
    }

    @Override
    public SSLParameters getSSLParameters() {
        return actual.getSSLParameters();
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        actual.setSSLParameters(parameters);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return actual.getOutputStream();
    }

    @Override
    public void close() throws IOException {
        actual.close();
    }

    @Override
    public void shutdownInput() throws IOException {
        actual.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        actual.shutdownOutput();
    }

    @Override
    public boolean isClosed() {
        return actual.isClosed();
    }

    @Override
    public boolean isConnected() {
        return actual.isConnected();
    }

    @Override
    public boolean isBound() {
        return actual.isBound();
    }

    @Override
    public boolean isInputShutdown() {
        return actual.isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return actual.isOutputShutdown();
    }

    @Override
    public InetAddress getInetAddress() {
        return actual.getInetAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return actual.getLocalAddress();
    }

    @Override
    public int getPort() {
        return actual.getPort();
    }

    @Override
    public int getLocalPort() {
        return actual.getLocalPort();
    }

    @Override
    public void setSoTimeout(int milliseconds) throws SocketException {
        actual.setSoTimeout(milliseconds);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return actual.getSoTimeout();
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        actual.setTcpNoDelay(on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return actual.getTcpNoDelay();
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        actual.setKeepAlive(on);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return actual.getKeepAlive();
    }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        actual.setSoLinger(on, seconds);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return actual.getSoLinger();
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        actual.setSendBufferSize(size);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return actual.getSendBufferSize();
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        actual.setReceiveBufferSize(size);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return actual.getReceiveBufferSize();
    }
}
