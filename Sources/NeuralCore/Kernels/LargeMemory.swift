#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Memory at a cache line's start, all zero; in huge pages where it is large and the system allows it.
///
/// A minibatch takes its rows from all over the data set: with pages of 4 KiB nearly every row is a miss of the
/// translation buffer, and in a virtual machine such a miss costs two walks.
enum LargeMemory {
    private static let hugePage = 2 << 20

    /// To be freed by `deallocate()`.
    static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
        let isLarge = byteCount >= hugePage
        let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: isLarge ? hugePage : 64)
        #if os(Linux)
            // Advice only: a kernel without huge pages refuses it, and nothing is lost.
            if isLarge { _ = madvise(memory, byteCount, MADV_HUGEPAGE) }
        #endif
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        return memory
    }
}
