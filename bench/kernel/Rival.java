import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.XYPointField;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.SimpleCollector;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

/** Lucene's side of bench/kernel: reads arrays from a folder, writes answers and times into it. */
public final class Rival {
    private final Path folder;
    private final int[] x, y, pattern, first, pairs, waits, questions, rings;
    private final int most;

    private Rival(Path folder) throws IOException {
        this.folder = folder;
        x = read("x");
        y = read("y");
        pattern = read("pattern");
        first = read("first");
        pairs = read("pairs");
        waits = read("waits");
        questions = read("questions");
        rings = read("rings");
        most = read("most")[0];
    }

    public static void main(String[] arguments) throws IOException {
        new Rival(Path.of(arguments[0])).run(Integer.parseInt(arguments[1]));
    }

    private void run(int passes) throws IOException {
        Directory directory = new ByteBuffersDirectory();
        long start = System.nanoTime();
        IndexWriterConfig config = new IndexWriterConfig().setRAMBufferSizeMB(512);
        try (IndexWriter writer = new IndexWriter(directory, config)) {
            for (int service = 0; service < x.length; service++) {
                writer.addDocument(document(service, x[service], y[service]));
            }
            writer.forceMerge(1);
            writer.commit();
            double built = (System.nanoTime() - start) / 1e9;
            long bytes = 0;
            for (String file : directory.listAll()) {
                bytes += directory.fileLength(file);
            }
            SearcherManager manager = new SearcherManager(writer, new SearcherFactory());
            measure(manager, passes);
            double visible = change(writer, manager);
            System.out.printf("%f %f %f%n", built, bytes / 1e6, visible);
        }
    }

    private Document document(int service, int east, int north) {
        Document document = new Document();
        document.add(new StringField("service", Integer.toString(service), Field.Store.NO));
        for (int run = first[service]; run < first[service + 1]; run++) {
            document.add(new StringField("pair", Integer.toString(pairs[run]), Field.Store.NO));
        }
        document.add(new XYPointField("at", east, north));
        document.add(new NumericDocValuesField("place", (long) east << 32 | north));
        document.add(new NumericDocValuesField("number", (long) service << 32 | pattern[service]));
        return document;
    }

    private void measure(SearcherManager manager, int passes) throws IOException {
        int count = questions.length / 3;
        long[] best = new long[count];
        Arrays.fill(best, Long.MAX_VALUE);
        ByteBuffer answers = ByteBuffer.allocate(4 * most * count).order(ByteOrder.LITTLE_ENDIAN);
        IndexSearcher searcher = manager.acquire();
        searcher.setQueryCache(null);
        for (int pass = 0; pass < passes + 2; pass++) { // two more, for the compiler to settle
            answers.clear();
            for (int number = 0; number < count; number++) {
                long start = System.nanoTime();
                Nearest found = find(searcher, questions[3 * number], questions[3 * number + 1],
                    questions[3 * number + 2]);
                long took = System.nanoTime() - start;
                best[number] = pass < 2 ? best[number] : Math.min(best[number], took);
                for (int place = 0; place < most; place++) {
                    answers.putInt(place < found.count ? found.services[place] : -1);
                }
            }
        }
        manager.release(searcher);
        ByteBuffer times = ByteBuffer.allocate(8 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (long time : best) {
            times.putLong(time);
        }
        Files.write(folder.resolve("answers"), answers.array());
        Files.write(folder.resolve("times"), times.array());
    }

    private Nearest find(IndexSearcher searcher, int pair, int east, int north) throws IOException {
        Nearest found = null;
        for (int radius : rings) {
            boolean isLast = radius == rings[rings.length - 1];
            Query query = new BooleanQuery.Builder()
                .add(new TermQuery(new Term("pair", Integer.toString(pair))), Occur.FILTER)
                .add(XYPointField.newDistanceQuery("at", east, north, radius + 1), Occur.FILTER)
                .build();
            found = new Nearest(east, north, radius, !isLast);
            searcher.search(query, found);
            if (found.count == most) {
                break;
            }
        }
        return found;
    }

    /** Returns the milliseconds from a change until a search sees it: the middle of nine. */
    private double change(IndexWriter writer, SearcherManager manager) throws IOException {
        double[] took = new double[9];
        for (int round = 0; round < took.length; round++) {
            int service = 1000 + round;
            long start = System.nanoTime();
            writer.updateDocument(new Term("service", Integer.toString(service)),
                document(service, x[service] + 1, y[service]));
            manager.maybeRefreshBlocking();
            IndexSearcher searcher = manager.acquire();
            Nearest found = find(searcher, pairs[first[service]], x[service] + 1, y[service]);
            manager.release(searcher);
            took[round] = (System.nanoTime() - start) / 1e6;
            if (found.count == 0) {
                throw new IllegalStateException("the change was not seen");
            }
        }
        Arrays.sort(took);
        return took[took.length / 2];
    }

    private int[] read(String name) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name)));
        int[] found = new int[bytes.remaining() / 4];
        bytes.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(found);
        return found;
    }

    /** Keeps the best few: by wait, then distance, then number. */
    private final class Nearest extends SimpleCollector {
        private final int east, north;
        private final long radius;
        private final boolean onlyOpen;
        private final long[] keys = new long[most];
        private final int[] services = new int[most];
        private int count;
        private NumericDocValues place, number;

        private Nearest(int east, int north, int radius, boolean onlyOpen) {
            this.east = east;
            this.north = north;
            this.radius = radius;
            this.onlyOpen = onlyOpen;
        }

        @Override
        protected void doSetNextReader(LeafReaderContext context) throws IOException {
            place = DocValues.getNumeric(context.reader(), "place");
            number = DocValues.getNumeric(context.reader(), "number");
        }

        @Override
        public void collect(int document) throws IOException {
            place.advanceExact(document);
            number.advanceExact(document);
            long wait = waits[(int) number.longValue()];
            long right = (place.longValue() >> 32) - east;
            long up = (int) place.longValue() - north;
            long apart = right * right + up * up;
            if (apart > radius * radius || onlyOpen && wait > 0) {
                return;
            }
            add(wait << 32 | apart, (int) (number.longValue() >> 32));
        }

        private void add(long key, int service) {
            int at = count;
            while (at > 0 && (key < keys[at - 1] || key == keys[at - 1] && service < services[at - 1])) {
                at--;
            }
            if (at == most) {
                return;
            }
            for (int later = Math.min(count, most - 1); later > at; later--) {
                keys[later] = keys[later - 1];
                services[later] = services[later - 1];
            }
            keys[at] = key;
            services[at] = service;
            count = Math.min(count + 1, most);
        }

        @Override
        public ScoreMode scoreMode() {
            return ScoreMode.COMPLETE_NO_SCORES;
        }
    }
}
