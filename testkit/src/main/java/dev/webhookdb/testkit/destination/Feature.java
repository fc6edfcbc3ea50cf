package dev.webhookdb.testkit.destination;

/** What a destination can do that not every one can. What is not claimed is not tested. */
public enum Feature {
    /** It keeps the position of the last batch together with the rows, and of two states of a row the newer one. */
    POSITIONS,
    /** It has tables whose columns have types, and which may be there before anything is copied. */
    COLUMNS,
    /** It counts rows. */
    COUNTS,
    /** It puts a table that was loaded anew in the place of another one. */
    REPLACES,
    /** It connects to a server. One that opens a file needs no sockets. */
    SOCKETS,
    /** It asks for a password. */
    PASSWORDS,
    /** It takes rows of a megabyte, or refuses them. One that does not sends, in place of such a row, where it is to be read. */
    LARGE_ROWS
}
