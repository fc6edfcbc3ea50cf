package dev.webhookdb.observe;

/**
 * How the heap is shared out. Each kind of work has a budget of its own, so that none can take what another needs; three sixteenths are left
 * for the host itself and for what estimates miss.
 *
 * @param received bodies of webhooks, from their first byte until they are committed; an eighth
 * @param waiting webhooks that wait in memory to be stored; an eighth
 * @param trees what webhooks and providers' pages take while they are read and stored; three eighths
 * @param requests bodies and trees of API requests; a sixteenth
 * @param results results of people's statements; a sixteenth
 * @param pages pages that are sent by syncs; a sixteenth
 */
public record MemoryBudgets(
        MemoryBudget received,
        MemoryBudget waiting,
        MemoryBudget trees,
        MemoryBudget requests,
        MemoryBudget results,
        MemoryBudget pages) {
    private static final int SHARES = 16;

    /** Shares out this process's heap. */
    public static MemoryBudgets ofHeap() {
        return of(Runtime.getRuntime().maxMemory());
    }

    /** Shares out a heap of that many bytes. */
    public static MemoryBudgets of(long heap) {
        long share = heap / SHARES;
        return new MemoryBudgets(
                new MemoryBudget("webhooks that are being received", 2 * share),
                new MemoryBudget("webhooks that wait to be stored", 2 * share),
                new MemoryBudget("what is being read and stored", 6 * share),
                new MemoryBudget("API requests", share),
                new MemoryBudget("results of statements", share),
                new MemoryBudget("pages of syncs", share));
    }
}
