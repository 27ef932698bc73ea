/// The version of the program, and of the wire that it speaks.
public enum APIVersion {
    /// The program's version, semantic.
    public static let program = "0.1.0"
    /// The wire's version: a client and a daemon with different numbers refuse each other.
    public static let wire = 1
    /// The header in which both sides name their wire version.
    public static let header = "Sweepd-Wire"
}
