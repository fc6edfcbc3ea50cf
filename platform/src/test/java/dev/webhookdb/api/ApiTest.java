package dev.webhookdb.api;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.MemoryBudgets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class ApiTest {
    @Test
    void a_port_in_use_is_told_with_its_remedy() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            assertThatThrownBy(() -> new Api(MemoryBudgets.ofHeap(), new BackgroundTasks(), 1 << 20)
                            .listen("127.0.0.1", port, address -> false))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("Cannot listen on 127.0.0.1:%d: ".formatted(port))
                    .hasMessageContaining("WEBHOOKDB_SERVER_PORT");
        }
    }

    @Test
    void a_host_that_nobody_knows_is_told() {
        assertThatThrownBy(() -> new Api(MemoryBudgets.ofHeap(), new BackgroundTasks(), 1 << 20)
                        .listen("no.such.host.invalid", 0, address -> false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Cannot listen on no.such.host.invalid:0: ");
    }
}
