import SweepDaemon

@main
struct Main {
    static func main() async { await Sweepd.main() }
}
